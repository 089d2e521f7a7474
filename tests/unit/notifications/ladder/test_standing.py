from __future__ import annotations

from datetime import timedelta

import pytest

from services.funding.applications.states import ROWS
from services.notifications.calendars.dates import Cancelled, Dates, Entry
from services.notifications.judging import judge
from services.notifications.ladder import standing
from services.notifications.ladder.standing import dismissed, heard, standing_of, taken_care_of, told_of
from services.notifications.reasons import reason

DAY = timedelta(days=1)


@pytest.fixture
def alert(match, subscription, officer, now):
    return judge(subscription, officer, match(), None, now)


def entry(key, at, now, **changes) -> Entry:
    return Entry(key=key, kind="deadline", at=at, modified_at=now, **changes)


def dates(now, *entries, **changes) -> Dates:
    return Dates(id="call:x", about="call", title="x", path="/x", modified_at=now, entries=entries, **changes)


def test_the_next_date_that_holds_is_the_deadline(alert, now):
    gone = Cancelled(at=now, reason=reason("x", "x", "x"))
    known = dates(
        now,
        entry("a", now - DAY, now),
        entry("b", now + DAY, now, cancelled=gone),
        entry("c", now + 9 * DAY, now),
        entry("d", now + 4 * DAY, now),
    )
    assert standing_of(known, alert, now).deadline == now + 4 * DAY
    assert standing_of(known, alert, now + 20 * DAY).deadline is None
    assert standing_of(None, alert, now).deadline == alert.deadline


def test_a_call_that_is_over_or_goes_on_elsewhere_has_none(alert, now):
    over = dates(now, entry("a", now + DAY, now), over=Cancelled(at=now, reason=reason("x", "x", "x")))
    assert standing_of(over, alert, now).over is not None
    assert standing_of(dates(now, entry("a", now + DAY, now), goes_on_as="y"), alert, now).over is not None
    withdrawn = alert.model_copy(update={"call": alert.call.model_copy(update={"status": "withdrawn"})})
    assert standing_of(None, withdrawn, now).over is not None


def test_applications_stop_reminders_once_none_is_still_to_be_submitted():
    assert taken_care_of([]) is None
    assert taken_care_of(["draft"]) is None
    assert taken_care_of(["submitted"]).code == "applied"
    assert taken_care_of(["submitted", "draft"]) is None
    assert taken_care_of(["no_go"]).code == "not_applying"
    assert taken_care_of(["no_go", "approved"]).code == "applied"
    assert taken_care_of(["step1_approved"]) is None, "the second step has a deadline of its own"
    assert taken_care_of(["a_state_of_tomorrow"]) is None


def test_every_state_of_an_application_is_sorted():
    sorted_ones = standing.STILL_TO_SUBMIT | standing.GIVEN_UP | standing.AFTER_SUBMITTING
    assert {row.code for row in ROWS} <= sorted_ones


@pytest.mark.parametrize("choice", ["apply", "hand_over", "remind_me", "seen"])
def test_only_who_dismissed_a_call_hears_no_more_of_its_deadline(alert, now, choice):
    put_aside = alert.decide("not_for_us", by="mateja", now=now, reason="premalo")
    assert dismissed([put_aside]).code == "dismissed"
    assert dismissed([alert]) is None
    again = put_aside.decide(choice, by="mateja", now=now + DAY, reason="x")
    assert (dismissed([again]) is None) == (choice != "seen")


def test_a_deadline_counts_as_told_from_the_first_alert_that_told_it(alert, call, now):
    moved = alert.model_copy(
        update={
            "call": call.model_copy(update={"deadline": alert.deadline + DAY}),
            "raised_at": now + DAY,
            "kind": "call_changed",
        }
    )
    assert told_of([alert, moved], alert.deadline) == now
    assert told_of([alert, moved], alert.deadline + DAY) == now + DAY
    assert told_of([alert, moved], alert.deadline + 5 * DAY) == now, "it moved without a word"


def test_what_nobody_wanted_was_not_heard(alert, now):
    unread = alert.withhold(reason("unsubscribed", "x", "x"), now)
    assert heard([alert, unread]) == [alert]
