"""The retry schedule, and when a webhook's owner is warned and it is switched off."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from contracts.notifications import WebhookDisabledV1, WebhookFailingV1
from services.notifications.webhooks.outcome import DELAYS, Outcome, asked_for, next_try
from services.notifications.webhooks.webhook import Key, NotNow, Webhook

NOW = datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
BUSY = Outcome(503, 12)


def webhook() -> Webhook:
    key = Key(key_id="one", sealed=b"-", shown=None, since=NOW)
    return Webhook(
        webhook_id="hook",
        owner="a@b.example",
        url="https://c.example/",
        types=(">",),
        scheme="v1",
        keys=(key,),
        created_at=NOW,
    )


def test_ten_attempts_within_the_75_hours_of_the_standard() -> None:
    assert sum(DELAYS) == 75.6 * 3600 - 55
    due = [next_try(attempt, BUSY, NOW, 0.0) for attempt in range(1, 11)]
    assert due[0] == NOW + timedelta(seconds=5)
    assert due[9] is None
    late = next_try(2, BUSY, NOW, 1.0)
    assert late is not None
    assert NOW + timedelta(seconds=300) < late <= NOW + timedelta(seconds=330)


@pytest.mark.parametrize(
    ("header", "seconds"),
    [("120", 120), ("Sun, 25 Oct 2026 01:30:00 GMT", 3600), ("soon", None), ("-5", None), ("999999999999", 86400)],
)
def test_retry_after_in_seconds_and_as_a_date(header: str, seconds: int | None) -> None:
    assert asked_for(header, NOW) == (None if seconds is None else NOW + timedelta(seconds=seconds))


def test_a_retry_after_never_brings_a_try_forward() -> None:
    assert next_try(2, Outcome(429, 1, retry_after="1"), NOW, 0.0) == NOW + timedelta(seconds=300)


def test_the_owner_is_warned_a_day_on_and_it_is_switched_off_after_five() -> None:
    failing = webhook().failed(BUSY, NOW)
    assert failing.failing_since == NOW
    assert failing.failed(BUSY, NOW + timedelta(hours=23)) is failing
    warned = failing.failed(BUSY, NOW + timedelta(hours=24))
    assert [type(each) for each in warned.events] == [WebhookFailingV1]
    disabled = warned.failed(BUSY, NOW + timedelta(days=5))
    assert disabled.state == "disabled"
    assert [type(each) for each in disabled.events] == [WebhookDisabledV1]
    assert disabled.failed(BUSY, NOW + timedelta(days=6)) is disabled


def test_nobody_is_switched_off_without_having_been_warned() -> None:
    warned = webhook().failed(BUSY, NOW).failed(BUSY, NOW + timedelta(days=9))
    assert (warned.state, warned.warned) == ("active", True)


def test_an_overloaded_receiver_gets_nothing_until_the_moment_it_named() -> None:
    asked = Outcome(429, 1, retry_after="600")
    hushed = webhook().hushed(asked, NOW)
    assert hushed.quiet_until == NOW + timedelta(seconds=600)
    assert hushed.hushed(Outcome(429, 1, retry_after="60"), NOW) is hushed, "the longest counts"
    assert webhook().hushed(Outcome(500, 1, retry_after="600"), NOW).quiet_until is None
    assert hushed.failed(BUSY, NOW).accepted().quiet_until is None


def test_one_success_ends_the_failing() -> None:
    assert webhook().failed(BUSY, NOW).accepted().failing_since is None


def test_a_pause_does_not_hide_that_it_is_disabled() -> None:
    gone = webhook().failed(Outcome(410, 1), NOW)
    with pytest.raises(NotNow):
        gone.switched(False)
    assert gone.switched(True).state == "active"
