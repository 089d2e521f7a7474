"""What digests of other systems get wrong: one test for each report that is not met by another test here."""

from __future__ import annotations

from datetime import timedelta

import pytest

from services.notifications.digests.digest import digest_id_for
from services.notifications.digests.ranking import entries
from services.notifications.judging import judge
from services.notifications.timing.alerts import leave_of
from services.notifications.timing.wishes import DeliveryWishes
from tests.unit.notifications.timing.test_hours import at

RAISED = at("2027-02-18T17:00")
EIGHT = at("2027-02-19T08:00")
MORNING = DeliveryWishes(cadence="morning")


@pytest.fixture
def reader(officer):
    return officer.model_copy(update={"delivery": MORNING})


def test_a_delay_before_a_digest_makes_one_mail_not_two(match, subscription, reader):
    """Gathering activities is a delay; the alert that waited for it waits on in the same digest, it does not leave."""
    just_before = EIGHT - timedelta(seconds=2)
    alert = judge(subscription, reader, match(), None, just_before, gather=timedelta(seconds=5))
    assert not alert.due(EIGHT), "the digest of this moment goes without it"
    ready = just_before + timedelta(seconds=5)
    assert leave_of(alert, reader, [subscription], ready).occasion == EIGHT
    assert leave_of(alert, reader, [subscription], ready, after=EIGHT).at == at("2027-02-22T08:00"), "and once only"


def test_two_digests_of_one_person_do_not_break_each_other(match, subscription, reader):
    """A morning and a weekly subscription: what only the weekly one wants waits for its day, through every morning."""
    weekly = subscription.model_copy(update={"id": "weekly", "cadence": "weekly"})
    alert = judge(weekly, reader, match(), None, RAISED, gather=timedelta(0))
    monday = at("2027-02-22T08:00")
    assert leave_of(alert, reader, [weekly], EIGHT, after=EIGHT).at == monday
    both = alert.also_for(subscription.id)
    assert leave_of(both, reader, [weekly, subscription], EIGHT).occasion == EIGHT, "the sooner of the two, once"
    assert leave_of(alert, reader, [weekly], monday).occasion == monday


def test_switching_off_one_subscription_leaves_the_digest_of_the_others(match, subscription, reader):
    other = subscription.model_copy(update={"id": "other"})
    alert = judge(subscription, reader, match(), None, RAISED, gather=timedelta(0)).also_for(other.id)
    assert leave_of(alert, reader, [other], EIGHT).occasion == EIGHT


def test_keys_of_different_persons_and_things_are_never_merged(waiting):
    assert digest_id_for("a", EIGHT) != digest_id_for("b", EIGHT)
    assert digest_id_for('a","b', EIGHT) != digest_id_for("a", EIGHT)
    call, like_it = waiting("1"), waiting("1 ")
    assert len(entries([call, like_it])) == 2
