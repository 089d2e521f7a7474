from __future__ import annotations

from datetime import timedelta

import pytest

from services.notifications.answers.asking import Asked
from services.notifications.judging import judge
from services.notifications.people.person import Person
from services.notifications.timing.alerts import leave_of
from services.notifications.timing.wishes import DeliveryWishes
from tests.unit.notifications.timing.test_hours import OFFICE, at

MORNING = DeliveryWishes(cadence="morning")
RAISED = at("2027-02-18T17:00")
EIGHT = at("2027-02-19T08:00")


def who(officer: Person, wishes: DeliveryWishes, **changes) -> Person:
    return officer.model_copy(update={"delivery": wishes, **changes})


@pytest.fixture
def alert(match, subscription, officer):
    return judge(subscription, officer, match(), None, RAISED, gather=timedelta(0))


@pytest.fixture
def waiting(alert, officer, subscription):
    leave = leave_of(alert, who(officer, MORNING), [subscription], RAISED)
    return alert.put_off(leave.at, leave.why)


def test_it_waits_with_its_reason_and_still_takes_activities(waiting, match, officer, subscription):
    assert not waiting.due(RAISED)
    assert (waiting.not_before, waiting.waits.code) == (EIGHT, "morning_digest")
    more = judge(subscription, officer, match("2.1.1"), waiting, RAISED + timedelta(hours=1))
    assert (len(more.mailed_fits), more.not_before) == (2, EIGHT), "a further activity does not move the morning"
    assert waiting.complete(RAISED) is waiting


def test_wishes_changed_while_it_waits_make_one_digest_not_a_mail_and_a_digest(waiting, officer, subscription):
    instant = who(officer, DeliveryWishes())
    noticed = RAISED + timedelta(hours=1)
    assert waiting.look_again().due(noticed)
    leave = leave_of(waiting.look_again(), instant, [subscription], noticed)
    assert (leave.why, leave.occasion) == (None, noticed), "what was gathered leaves together"
    weekly = who(officer, DeliveryWishes(cadence="weekly", weekday=3))
    assert leave_of(waiting.look_again(), weekly, [subscription], noticed).at == at("2027-02-24T08:00")


def test_whoever_moves_to_another_zone_gets_the_morning_there(waiting, officer, subscription):
    moved = who(officer, MORNING, zone="America/New_York")
    assert leave_of(waiting, moved, [subscription], EIGHT).at == at("2027-02-19T14:00")
    east = who(officer, MORNING, zone="Asia/Tokyo")
    noticed = RAISED + timedelta(minutes=1)
    assert leave_of(waiting.look_again(), east, [subscription], noticed).at == at("2027-02-19T00:00"), (
        "sooner, not lost"
    )


def test_a_mail_of_its_own_that_may_have_left_never_joins_a_digest(alert, officer, subscription):
    tried = alert.sending(RAISED).refused("broke off", RAISED, permanent=False, may_have_left=True)
    morning = who(officer, MORNING)
    later = RAISED + timedelta(minutes=5)
    assert leave_of(tried, morning, [subscription], later) == (later, None, None)
    quiet = who(officer, OFFICE)
    assert leave_of(tried, quiet, [subscription], later).why.code == "quiet_until"


def test_what_a_digest_missed_waits_for_the_next(alert, officer, subscription):
    closed = EIGHT + timedelta(seconds=1)
    late = alert.model_copy(update={"raised_at": EIGHT - timedelta(milliseconds=1)})
    morning = who(officer, MORNING)
    assert leave_of(late, morning, [subscription], closed).occasion == EIGHT
    assert leave_of(late, morning, [subscription], closed, after=closed).at == at("2027-02-22T08:00")


def test_a_subscription_may_be_sooner_than_the_person(alert, officer, subscription):
    instant = subscription.model_copy(update={"cadence": "instant"})
    assert leave_of(alert, who(officer, MORNING), [instant], RAISED) == (RAISED, None, None)


def test_a_change_that_cannot_wait_wakes_what_waits(waiting, call, officer, subscription):
    later = RAISED + timedelta(hours=1)
    changed = waiting.model_copy(update={"kind": "call_changed"}).also_changed((), call, urgent=True)
    assert changed.due(later)
    assert leave_of(changed, who(officer, MORNING), [subscription], later) == (later, None, None)


def test_what_one_is_asked_in_anothers_place_keeps_the_quiet_hours_but_is_not_gathered(alert, officer, subscription):
    asked = Asked(how="deputy", by="ana", by_name="Ana", since=RAISED)
    passed = alert.model_copy(update={"kind": "call_changed", "urgent": True, "asked": asked})
    quiet = who(officer, OFFICE)
    assert leave_of(passed, quiet, [], RAISED).why.code == "quiet_until"
    assert leave_of(passed, who(officer, MORNING), [], RAISED) == (RAISED, None, None)
    urgent = alert.model_copy(update={"kind": "call_changed", "urgent": True})
    assert leave_of(urgent, quiet, [subscription], RAISED) == (RAISED, None, None)
