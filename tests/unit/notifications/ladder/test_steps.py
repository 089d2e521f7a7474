from __future__ import annotations

from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.notifications.ladder.steps import Steps, day_of, steps_of
from services.notifications.timing.wishes import LADDER
from tests.unit.notifications.timing.test_hours import LJUBLJANA, MOMENTS, PATIENT, ZONES, at

DEADLINE = at("2027-03-31T12:00")
EARLY = at("2026-12-01T09:00")


def steps(now, *, told_at=EARLY, done=(), deadline=DEADLINE, ladder=LADDER, zone=LJUBLJANA) -> Steps:
    return steps_of(deadline, ladder, zone, told_at=told_at, done=done, now=now)


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        ("2027-01-29T23:59", None),
        ("2027-01-30T00:00", 60),
        ("2027-03-01T00:00", 30),
        ("2027-03-28T03:30", 3),
        ("2027-03-30T08:00", 1),
        ("2027-03-31T12:00", None),
        ("2027-04-09T08:00", None),
    ],
)
def test_each_step_begins_with_its_day_and_none_comes_after_the_deadline(now, expected):
    passed = [days for days in LADDER if expected is None or days > expected]
    assert steps(at(now), done=passed).now == expected


def test_after_an_outage_only_the_nearest_is_told():
    assert steps(at("2027-03-25T09:00")) == Steps(7, (), (60, 30, 14))


def test_what_was_told_on_the_day_or_later_stands_for_the_step():
    heard = at("2027-03-17T15:00")
    assert steps(at("2027-03-17T16:00"), told_at=heard) == Steps(None, (60, 30, 14), ())
    assert steps(at("2027-03-24T08:00"), told_at=heard, done=(60, 30, 14)) == Steps(7, (), ())


def test_a_further_step_in_the_ladder_does_not_come_after_a_nearer_one():
    now = at("2027-03-20T09:00")
    assert steps(now, done=(60, 30, 14), ladder=(60, 30, 20, 14, 7)) == Steps(None, (), (20,))


def test_a_deadline_that_moved_is_planned_anew():
    now = at("2027-03-20T09:00")
    assert steps(now, done=(60, 30, 14)).now is None
    sooner, later = at("2027-03-26T12:00"), at("2027-06-30T12:00")
    assert steps(now, deadline=sooner, told_at=now).now is None, "the change itself was told today"
    assert steps(at("2027-03-23T00:00"), deadline=sooner, told_at=now, done=(60, 30, 14, 7)).now == 3
    assert steps(now, deadline=later, told_at=now) == Steps()


def test_leap_day_clock_change_and_the_zone_of_the_person():
    assert day_of(at("2028-03-01T12:00"), 1, LJUBLJANA) == date(2028, 2, 29)
    assert day_of(at("2027-03-29T01:30"), 1, LJUBLJANA) == date(2027, 3, 28)
    midnight = at("2027-03-31T23:59")
    assert day_of(midnight, 1, LJUBLJANA) == date(2027, 3, 30)
    assert day_of(midnight, 1, ZoneInfo("Asia/Tokyo")) == date(2027, 3, 31)


@PATIENT
@given(ZONES, MOMENTS, st.sets(st.integers(1, 90), min_size=1, max_size=8), st.integers(0, 60), st.data())
def test_whatever_runs_are_missed_every_step_is_told_once_or_left_out(zone, deadline, ladder, ahead, data):
    """Runs at odd times: what is told comes nearer each time, and nothing is told twice."""
    told_at = deadline - timedelta(days=ahead)
    now, done, told = told_at, set(), []
    while now < deadline:
        found = steps(now, deadline=deadline, ladder=sorted(ladder), told_at=told_at, done=done, zone=zone)
        settled = [*found.told, *found.overtaken] + ([found.now] if found.now else [])
        assert not set(settled) & done
        done |= set(settled)
        told += [found.now] if found.now else []
        now += timedelta(hours=data.draw(st.integers(1, 24 * 20)))
    assert told == sorted(set(told), reverse=True)
    assert steps(deadline, deadline=deadline, ladder=sorted(ladder), told_at=told_at, done=done, zone=zone) == Steps()
