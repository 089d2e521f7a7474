"""Days counted by hand on the calendars of 2026 and 2027."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from services.funding.planning import days
from services.funding.planning.council import CouncilCalendar, Habit, Meeting
from tests.unit.funding.planning.conftest import LJUBLJANA


@pytest.mark.parametrize(
    ("day", "works"),
    [
        (date(2027, 3, 29), False),  # Easter Monday
        (date(2026, 4, 27), False),  # day of uprising, a Monday
        (date(2027, 11, 1), False),  # day of remembrance, a Monday
        (date(2026, 1, 2), False),  # second of January, a Friday
        (date(2026, 6, 25), False),  # statehood day, a Thursday
        (date(2026, 10, 31), False),  # a Saturday anyway
        (date(2026, 11, 2), True),
        (date(2027, 3, 26), True),  # Good Friday is no public holiday in Slovenia
    ],
)
def test_public_holidays(day: date, works: bool) -> None:
    assert days.is_working_day(day) is works


def test_work_is_counted_over_easter() -> None:
    assert days.start_for(date(2027, 3, 30), 3) == date(2027, 3, 25)
    assert days.finish_after(date(2027, 3, 25), 3) == date(2027, 3, 30)
    assert days.working_days_between(date(2027, 3, 26), date(2027, 3, 30)) == 1
    assert days.working_days_between(date(2027, 3, 30), date(2027, 3, 26)) == -1


def test_work_is_counted_over_the_end_of_a_year() -> None:
    # 30 and 31 December and 4 January: the first two days of January, a Friday and a Saturday, are holidays.
    assert days.start_for(date(2027, 1, 4), 3) == date(2026, 12, 30)


@pytest.mark.parametrize(
    ("deadline", "last"),
    [
        (datetime(2027, 3, 31, 10, tzinfo=UTC), date(2027, 3, 31)),
        # 22:30 UTC is half past midnight of the next day in summer time, so only the day before counts.
        (datetime(2027, 3, 31, 22, 30, tzinfo=UTC), date(2027, 3, 31)),
        (datetime(2027, 3, 30, 22, 0, tzinfo=UTC), date(2027, 3, 30)),
        # In winter time the same 22:30 UTC is still the same day.
        (datetime(2027, 1, 28, 22, 30, tzinfo=UTC), date(2027, 1, 28)),
        # The night the clocks go forward: Easter Sunday, with Good Friday the last working day before it.
        (datetime(2027, 3, 28, 0, 59, tzinfo=UTC), date(2027, 3, 26)),
        (datetime(2027, 3, 28, 1, 0, tzinfo=UTC), date(2027, 3, 26)),
        # The night the clocks go back, the end of Sunday 31 October, a holiday: Friday is the last day.
        (datetime(2027, 10, 31, 22, 59, 59, tzinfo=UTC), date(2027, 10, 29)),
        # Midnight that opens Tuesday 2 November: Monday is a holiday, so it is Friday again.
        (datetime(2027, 11, 1, 23, 0, tzinfo=UTC), date(2027, 10, 29)),
    ],
)
def test_the_last_day_before_a_deadline(deadline: datetime, last: date) -> None:
    assert days.last_day_before(deadline, LJUBLJANA) == last


def test_a_habit_gives_the_last_thursday_or_the_working_day_before() -> None:
    habit = Habit(weekday=3, place=-1, months_off=[8])
    assert habit.in_month(2026, 11) == date(2026, 11, 26)
    assert habit.in_month(2026, 12) == date(2026, 12, 31)
    assert habit.in_month(2026, 6) == date(2026, 6, 24), "the 25th is a holiday"
    assert habit.in_month(2026, 8) is None
    assert Habit(weekday=2, place=1).in_month(2027, 12) == date(2027, 12, 1)
    assert habit.words().sl == "običajno zadnji četrtek v mesecu"
    assert Habit(weekday=2, place=1).words().sl == "običajno prva sreda v mesecu"


def test_an_estimate_fills_only_what_is_not_known() -> None:
    habit = Habit(weekday=3, place=-1)
    council = CouncilCalendar(meetings=[Meeting(on=date(2027, 2, 11))], complete_until=date(2027, 2, 28), habit=habit)
    february = council.last_by(date(2027, 2, 28))
    assert february is not None
    assert (february.on, february.estimated) == (date(2027, 2, 11), False)
    march = council.last_by(date(2027, 3, 31))
    assert march is not None
    assert (march.on, march.estimated) == (date(2027, 3, 25), True)
    following = council.next_after(date(2027, 3, 25))
    assert following is not None
    assert (following.on, following.estimated) == (date(2027, 4, 29), True)
    assert CouncilCalendar().last_by(date(2027, 3, 31)) is None
