"""What comes while a mail cannot leave, or is heard in another order than it was said, is told once as it stands."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from contracts.funding import CallFacts, FieldChange
from services.notifications.alerts import Alert
from services.notifications.changes.joining import joined
from services.notifications.changes.judging import judge_news
from services.notifications.changes.news import News
from services.notifications.changes.standing import Standing
from services.notifications.judging import judge
from services.notifications.people.person import Person
from services.notifications.subscriptions import Subscription

SECOND = timedelta(seconds=1)


@pytest.fixture
def sent(match: Any, subscription: Subscription, officer: Person, now: Any) -> Alert:
    """The first mail about the call, which left."""
    alert = judge(subscription, officer, match(), None, now, gather=timedelta(0))
    assert isinstance(alert, Alert)
    return alert.sending(now).delivered("<1@x>", now)


def moved(before: str, after: str) -> FieldChange:
    return FieldChange(field="deadline", before=before, after=after, material=True)


def news(call: CallFacts, sequence: int, *changes: FieldChange, **facts: Any) -> News:
    return News(
        kind=facts.pop("kind", "call_changed"),
        call_id=call.call_id,
        sequence=sequence,
        call=call,
        changes=changes,
        **facts,
    )


def test_several_changes_make_one_mail_from_what_was_to_what_is(
    sent: Alert, subscription: Subscription, officer: Person, call: CallFacts, now: Any
) -> None:
    first = judge_news(news(call, 2, moved("1.", "2.")), officer, [subscription], [sent], now).alerts
    later = call.model_copy(update={"title": "Nov naslov"})
    second = news(later, 3, moved("2.", "3."), FieldChange(field="title", before="a", after="b"), urgent=True)
    (joined_up,), silences = judge_news(second, officer, [subscription], [sent, *first], now)
    assert joined_up.alert_id == first[0].alert_id
    assert [(each.field, each.before, each.after) for each in joined_up.changes] == [
        ("deadline", "1.", "3."),
        ("title", "a", "b"),
    ]
    assert joined_up.told_call.title == "Nov naslov" and joined_up.urgent
    assert [each.reason.code for each in silences] == ["mail_still_to_go"]
    left = joined_up.sending(now + SECOND).delivered("<2@x>", now + SECOND)
    again = judge_news(second, officer, [subscription], [sent, left], now)
    assert (again.alerts, [each.reason.code for each in again.silences]) == ([], ["already_told"])


def test_what_went_back_before_the_mail_left_is_not_told(
    sent: Alert, subscription: Subscription, officer: Person, call: CallFacts, now: Any
) -> None:
    first = judge_news(news(call, 2, moved("1.", "2.")), officer, [subscription], [sent], now).alerts
    (back,), _ = judge_news(news(call, 3, moved("2.", "1.")), officer, [subscription], [sent, *first], now)
    assert (back.state, back.withheld and back.withheld.code) == ("withheld", "went_back")


def test_an_end_that_was_taken_back_is_not_told(
    sent: Alert, subscription: Subscription, officer: Person, call: CallFacts, now: Any
) -> None:
    gone = News(kind="call_withdrawn", call_id=call.call_id, sequence=2, urgent=True)
    first = judge_news(gone, officer, [subscription], [sent], now).alerts
    status = FieldChange(field="status", before="withdrawn", after="open", material=True)
    verdict = judge_news(news(call, 3, status, kind="call_reopened"), officer, [subscription], [sent, *first], now)
    assert [alert.state for alert in verdict.alerts] == ["withheld"]
    assert [each.reason.code for each in verdict.silences] == ["open_again_before_mail"]


def test_the_end_of_a_call_we_apply_to_cannot_be_switched_off(
    sent: Alert, subscription: Subscription, officer: Person, call: CallFacts, now: Any
) -> None:
    gone = News(kind="call_withdrawn", call_id=call.call_id, sequence=2, urgent=True)
    off = subscription.model_copy(update={"enabled": False})
    assert judge_news(gone, officer, [off], [sent], now).alerts == []
    (told,), _ = judge_news(gone, officer, [off], [sent.decide("apply", by=officer.id, now=now)], now)
    assert told.mandatory


def test_a_field_is_told_once_and_what_went_back_is_gone() -> None:
    minor = FieldChange(field="url", before="x", after="y")
    assert [each.field for each in joined([minor], [moved("1.", "2.")])] == ["deadline", "url"]
    assert joined([moved("1.", "2.")], [moved("2.", "1.")]) == ()


def test_a_match_heard_after_what_was_said_later_tells_the_call_as_it_stands(call: CallFacts, now: Any) -> None:
    newer = call.model_copy(update={"title": "Nov naslov"})
    changed = Standing.of(news(newer, 3, moved("1.", "2.")), now, None)
    assert changed.now(call, now - SECOND).title == "Nov naslov"
    assert changed.now(call, now + SECOND) is call, "said after it"
    ended = Standing.of(News(kind="call_closed", call_id=call.call_id, sequence=4), now, changed)
    assert (ended.now(call, now - SECOND).status, ended.now(call, now - SECOND).title) == ("closed", "Nov naslov")
    assert Standing.of(news(call, 2, moved("0.", "1.")), now, ended) is ended, "older than what is known"
    assert Standing.of(news(call, 5, kind="call_reopened"), now, ended).over is None


def test_a_mail_on_its_way_when_the_call_ends_is_not_tried_again(
    match: Any, subscription: Subscription, officer: Person, call: CallFacts, now: Any
) -> None:
    alert = judge(subscription, officer, match(), None, now, gather=timedelta(0))
    assert isinstance(alert, Alert)
    gone = News(kind="call_closed", call_id=call.call_id, sequence=2, because="source")
    on_its_way, *_ = judge_news(gone, officer, [subscription], [alert.sending(now)], now).alerts
    assert on_its_way.delivered("<1@x>", now).state == "delivered"
    assert on_its_way.refused("connection refused", now, permanent=False, ours=True).state == "withheld"
    assert on_its_way.put_back("connection refused", now, now).state == "withheld"
