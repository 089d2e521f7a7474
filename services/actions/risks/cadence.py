"""When a risk is to be reviewed: so many times a year, once in each period of the calendar year."""

from __future__ import annotations

import calendar
from datetime import date, timedelta

from contracts.values import PartialDate

LEAD = timedelta(days=14)
"""How long before its day a review is said to be due: time enough to put it on the body's agenda."""


def first_review(today: date, times_a_year: int) -> PartialDate:
    """The end of the period that runs: four times a year, on 24 November, it is 31 December."""
    return _end_of(today.year, _period(today, times_a_year), times_a_year)


def next_review(reviewed_on: date, times_a_year: int) -> PartialDate:
    """The end of the period that follows a review, however early or late in its own period it was."""
    return _end_of(reviewed_on.year, _period(reviewed_on, times_a_year) + 1, times_a_year)


def _period(day: date, times_a_year: int) -> int:
    """Which period of the year a day lies in, from 0."""
    return (day.month - 1) // _months(times_a_year)


def _end_of(year: int, period: int, times_a_year: int) -> PartialDate:
    months = (period + 1) * _months(times_a_year) - 1
    year, month = year + months // 12, months % 12 + 1
    return PartialDate(value=date(year, month, calendar.monthrange(year, month)[1]).isoformat())


def _months(times_a_year: int) -> int:
    """A period's length; more than six reviews a year are one a month."""
    return max(1, 12 // times_a_year)
