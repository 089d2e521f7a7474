"""What a search would have told of what was heard."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from services.notifications.subscriptions import Subscription
from services.notifications.subscriptions.heard import Heard, turned_away, would_have_told

THEN = datetime(2027, 2, 19, 8, tzinfo=UTC)


@pytest.fixture
def published(call):
    return Heard(heard_id="1", call_id=call.call_id, what="published", at=THEN, judged_at=THEN, call=call)


@pytest.fixture
def changed(published):
    later = THEN + timedelta(days=1)
    return published.model_copy(update={"heard_id": "2", "what": "changed", "at": later, "judged_at": later})


@pytest.fixture
def matched(published, match):
    return published.model_copy(update={"heard_id": "3", "what": "matched", "match": match()})


def search(**fields):
    return Subscription(id="s", person="p", **({"kinds": ("call_found",)} | fields))


def kinds(told):
    return [each.kind for each in told]


def test_a_call_is_told_once_and_then_what_changes_in_it(published, changed, matched):
    trivial = changed.model_copy(update={"material": False})
    history = [published, matched, changed, trivial]
    assert kinds(would_have_told(search(text="digitalne"), history)) == ["call_found", "call_changed"]
    assert kinds(would_have_told(search(kinds=("call_matched",)), history)) == ["call_matched", "call_changed"]
    assert kinds(would_have_told(search(kinds=("call_matched",), every_change=True), history)) == [
        "call_matched",
        "call_changed",
        "call_changed",
    ]
    assert would_have_told(search(text="vodovod"), history) == []
    assert would_have_told(search(kinds=("source_failed",)), history) == []


def test_a_change_may_bring_a_call_into_a_search(published, changed, call):
    grown = changed.model_copy(update={"call": call.model_copy(update={"title": "Digitalni vodovodi"})})
    assert kinds(would_have_told(search(text="vodovod"), [published, grown])) == ["call_found"]
    over = grown.model_copy(update={"call": grown.call.model_copy(update={"status": "closed"})})
    assert would_have_told(search(text="vodovod"), [published, over]) == []


def test_why_the_others_are_not_told_of_is_said_once_for_each_call(published, matched):
    other = published.model_copy(update={"call_id": "other"})
    history = [published, matched, other]
    ((reason, calls),) = turned_away(search(text="vodovod"), history, [])
    assert (reason.code, reason.evidence, calls) == ("other_words", None, 2), "not that no fits were asked for"
    told = would_have_told(search(text="digitalne"), [published, matched])
    assert turned_away(search(text="digitalne"), [published, matched], told) == []
