from __future__ import annotations

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from services.notifications.digests.ranking import entries, ranked
from tests.unit.notifications.digests.test_digest import OCCASION, bare
from tests.unit.notifications.timing.test_hours import PATIENT


def order(alerts, now):
    return [entry.newest.about_id for entry in ranked(entries(alerts), now)]


def test_the_rule_from_its_first_word_to_its_last(waiting, now):
    urgent = waiting("urgent", days=200).model_copy(update={"urgent": True})
    alerts = [
        waiting("unknown", days=None),
        waiting("over", days=-1, at=now - timedelta(days=3)),
        waiting("month", days=30),
        waiting("two-weeks-dear", days=14, share=5000),
        waiting("two-weeks-cheap", days=14, share=900),
        waiting("two-weeks-unknown-share", days=9),
        waiting("two-weeks-better", days=14, score=90),
        waiting("three-days", days=3, score=10),
        urgent,
    ]
    assert order(alerts, now) == [
        "urgent",
        "three-days",
        "two-weeks-better",
        "two-weeks-cheap",
        "two-weeks-dear",
        "two-weeks-unknown-share",
        "month",
        "unknown",
        "over",
    ]


def test_what_tells_of_one_call_is_one_entry(waiting, now):
    first = waiting("one", at=now - timedelta(days=2))
    change = waiting("one").model_copy(update={"kind": "call_changed", "alert_id": "change"})
    [entry] = entries([change, first])
    assert [alert.kind for alert in entry.alerts] == ["call_matched", "call_changed"]
    assert entry.newest is change
    assert len(entry.fits) == 1, "an activity is named once"


def test_items_of_the_same_second_stay_two(waiting, now):
    assert len(entries([waiting("one"), waiting("two")])) == 2


@PATIENT
@given(st.permutations(["a", "b", "c", "d", "e"]))
def test_the_order_is_the_same_whatever_the_order_they_came_in(names):
    assert order([bare(name, OCCASION) for name in names], OCCASION) == ["a", "b", "c", "d", "e"]
