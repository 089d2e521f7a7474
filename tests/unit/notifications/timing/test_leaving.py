from __future__ import annotations

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.notifications.timing.leaving import CANNOT_WAIT, leaves_at
from services.notifications.timing.wishes import DeliveryWishes, Window
from tests.unit.notifications.timing.test_hours import LJUBLJANA, MOMENTS, OFFICE, PATIENT, ZONES, at, some_wishes

MORNING = DeliveryWishes(cadence="morning")
WEEKLY = DeliveryWishes(cadence="weekly", weekday=1)
QUIET_MORNING = MORNING.model_copy(update={"windows": OFFICE.windows})
MOMENT = timedelta(milliseconds=1)


def leave(wishes, now, since=None, *, kind="call_matched", urgent=False, zone=LJUBLJANA, needed_by=None):
    return leaves_at(kind, urgent, wishes, zone, now, since=since, needed_by=needed_by)


def test_by_default_everything_leaves_at_once_and_alone():
    now = at("2027-12-25T03:00")
    assert leave(DeliveryWishes(), now) == (now, None, None)


def test_quiet_hours_are_said_with_their_end():
    waits = leave(OFFICE, at("2027-02-19T17:00"))
    assert (waits.at, waits.why.code) == (at("2027-02-22T08:00"), "quiet_until")
    assert waits.why.text.en == "Quiet until Monday, 22 February 2027, 08:00."
    assert waits.why.text.sl == "Tiho do: ponedeljek, 22. februar 2027, 08:00."


def test_what_waited_leaves_for_the_occasion_it_waited_for():
    since = at("2027-02-18T17:00")
    assert leave(MORNING, at("2027-02-18T17:01"), since).why.code == "morning_digest"
    assert leave(MORNING, at("2027-02-19T08:00"), since) == (at("2027-02-19T08:00"), None, at("2027-02-19T08:00"))


def test_after_an_outage_it_leaves_at_once_but_not_in_quiet_hours():
    since = at("2027-02-16T17:00")
    late = at("2027-02-18T15:00")
    assert leave(QUIET_MORNING, late, since) == (late, None, at("2027-02-17T08:00"))
    night = leave(QUIET_MORNING, at("2027-02-18T23:00"), since)
    assert (night.at, night.why.code, night.occasion) == (at("2027-02-19T08:00"), "quiet_until", at("2027-02-19T08:00"))


def test_a_digest_hour_outside_the_windows_waits_for_them():
    early = QUIET_MORNING.model_copy(update={"at": "06:00"})
    assert leave(early, at("2027-02-18T17:00")).at == at("2027-02-19T08:00")


def test_a_public_holiday_is_named():
    wishes = DeliveryWishes(quiet_on_holidays=True)
    assert leave(wishes, at("2027-02-08T10:00")).why.code == "public_holiday"


def test_a_deadline_is_not_slept_through():
    since = at("2027-02-16T10:00")
    friday, today = at("2027-02-19T12:00"), at("2027-02-16T16:00")
    assert leave(WEEKLY, since).at == at("2027-02-22T08:00")
    assert leave(WEEKLY, since, needed_by=friday).at == at("2027-02-17T08:00")
    assert leave(WEEKLY, since, needed_by=today) == (since, None, None)
    assert leave(WEEKLY, since, needed_by=at("2027-01-01T00:00")).at == at("2027-02-22T08:00"), "over anyway"


@PATIENT
@given(
    some_wishes(), ZONES, MOMENTS, st.sampled_from(sorted({*CANNOT_WAIT, "call_matched", "call_closed", "escalation"}))
)
def test_only_what_cannot_wait_leaves_in_quiet_hours(wishes, zone, now, kind):
    urgent = leave(wishes, now, kind=kind, urgent=True, zone=zone)
    if kind in CANNOT_WAIT:
        assert urgent == (now, None, None)
    else:
        assert urgent == leave(wishes.model_copy(update={"cadence": "instant"}), now, kind=kind, zone=zone)


@PATIENT
@given(some_wishes(), ZONES, MOMENTS)
def test_it_waits_with_a_reason_until_it_leaves_and_then_goes(wishes, zone, since):
    now, asked = since, 0
    while (waits := leave(wishes, now, since, zone=zone)).why is not None:
        assert waits.at > now
        assert waits.occasion == waits.at
        now, asked = waits.at, asked + 1
        assert asked < 3
    assert waits.at == now


@PATIENT
@given(some_wishes(), some_wishes(), ZONES, ZONES, MOMENTS, st.integers(0, 3000))
def test_other_wishes_or_another_zone_meanwhile_lose_nothing(before, after, zone, other, since, minutes):
    first = leave(before, since, since, zone=zone)
    later = min(first.at, since + timedelta(minutes=minutes))
    again = leave(after, later, since, zone=other)
    assert later <= again.at <= later + timedelta(days=40)


@pytest.mark.parametrize("zone", ["Europe/Ljubljana", "America/New_York"])
def test_a_day_has_one_morning_also_when_clocks_change(zone):
    wishes = DeliveryWishes(cadence="morning", at="02:30")
    clock = ZoneInfo(zone)
    since, occasions = at("2027-01-01T00:00", clock), []
    while since < at("2027-12-31T00:00", clock):
        occasions.append(since := leave(wishes, since, zone=clock).at)
    days = [each.astimezone(clock).date() for each in occasions]
    assert len(days) == len(set(days))
    assert all(day.weekday() < 5 for day in days)


def test_the_soonest_of_the_subscriptions_wishes_counts():
    assert MORNING.for_cadences([None, "weekly"]).cadence == "morning"
    assert MORNING.for_cadences(["weekly"]).cadence == "weekly"
    assert MORNING.for_cadences(["weekly", "instant"]).cadence == "instant"
    assert MORNING.for_cadences([]).cadence == "morning"


def test_two_items_of_one_second_have_the_same_occasion_on_the_same_side():
    occasion = at("2027-02-19T08:00")
    assert leave(MORNING, occasion - MOMENT).at == occasion
    assert leave(MORNING, occasion).at == at("2027-02-22T08:00")
    assert leave(MORNING, occasion + MOMENT).at == at("2027-02-22T08:00")


def test_windows_are_those_of_the_zone_one_moved_to():
    since = at("2027-02-19T17:00")
    assert leave(OFFICE, since).why.code == "quiet_until"
    assert leave(OFFICE, since, zone=ZoneInfo("America/New_York")) == (since, None, None)
    assert Window(weekday=1, opens="00:00", closes="24:00").closes == "24:00"
