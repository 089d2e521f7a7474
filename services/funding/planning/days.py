"""Days as a municipal office counts them: working days, public holidays, and the last day before a moment."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import Annotated
from zoneinfo import ZoneInfo

import holidays
from pydantic import PlainSerializer

# A day is kept as text, because the store has moments only.
Day = Annotated[date, PlainSerializer(lambda day: day.isoformat(), return_type=str)]

OFFICE_OPENS = time(8)
_DAY = timedelta(days=1)


@lru_cache(maxsize=64)
def _holidays(year: int) -> frozenset[date]:
    return frozenset(holidays.country_holidays("SI", years=year))


def is_working_day(day: date) -> bool:
    """Monday to Friday, unless it is a work-free public holiday in Slovenia."""
    return day.weekday() < 5 and day not in _holidays(day.year)


def working_day_before(day: date) -> date:
    """The last working day before `day`."""
    return on_or_before(day - _DAY)


def on_or_before(day: date) -> date:
    """`day` itself, or the last working day before it."""
    while not is_working_day(day):
        day -= _DAY
    return day


def on_or_after(day: date) -> date:
    """`day` itself, or the next working day after it."""
    while not is_working_day(day):
        day += _DAY
    return day


def start_for(finish: date, working_days: int) -> date:
    """The day to begin on so that `working_days`, the first and `finish` among them, are enough."""
    day = on_or_before(finish)
    for _ in range(working_days - 1):
        day = working_day_before(day)
    return day


def finish_after(start: date, working_days: int) -> date:
    """The day on which work of `working_days` ends that begins on `start`, both counted."""
    day = on_or_after(start)
    for _ in range(working_days - 1):
        day = on_or_after(day + _DAY)
    return day


def working_days_between(first: date, last: date) -> int:
    """Working days after `first` up to and with `last`; negative when `last` comes first."""
    if last < first:
        return -working_days_between(last, first)
    days = ((first + timedelta(days=offset)) for offset in range(1, (last - first).days + 1))
    return sum(map(is_working_day, days))


def last_day_before(deadline: datetime, zone: ZoneInfo) -> date:
    """The last working day on which something can still be sent.

    That is the deadline's own day in `zone`, unless it falls before the office opens.
    """
    local = deadline.astimezone(zone)
    return on_or_before(local.date() - _DAY if local.time() < OFFICE_OPENS else local.date())
