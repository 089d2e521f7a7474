"""Hours and days on somebody's clock, as moments: clock changes, leap days and public holidays taken in.

Where clocks jump over a time, it stands for the moment as long after the jump (RFC 5545, 3.3.5); where they show it
twice, for the first. A window is an interval of moments, so that a clock set back does not open it a second time.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import holidays

from services.notifications.timing.wishes import DeliveryWishes

DAY = timedelta(days=1)
_FARTHEST = 40
"""Days looked ahead: no country rests longer than that in one go."""


def moment_of(day: date, clock: str, zone: ZoneInfo) -> datetime:
    """The moment at which clocks in `zone` show `clock` on `day`; 24:00 is the next day's 00:00."""
    if clock == "24:00":
        return moment_of(day + DAY, "00:00", zone)
    return datetime.combine(day, time.fromisoformat(clock), zone).astimezone(UTC)


@lru_cache(maxsize=128)
def _public_holidays(country: str, year: int) -> frozenset[date]:
    return frozenset(holidays.country_holidays(country, years=year))


def is_holiday(day: date, country: str) -> bool:
    return day in _public_holidays(country, day.year)


def is_workday(day: date, country: str) -> bool:
    """Monday to Friday, and no public holiday."""
    return day.weekday() < 5 and not is_holiday(day, country)


def open_from(wishes: DeliveryWishes, zone: ZoneInfo, now: datetime) -> datetime:
    """`now` while a window is open, else the moment at which the next one opens."""
    if not wishes.windows and not wishes.quiet_on_holidays:
        return now
    today = now.astimezone(zone).date()
    for opens, closes in _intervals(wishes, zone, today - DAY):
        if now < closes:
            return max(now, opens)
    # Nobody rests forever: a calendar without a free day must not keep mail back.
    return now


def _intervals(wishes: DeliveryWishes, zone: ZoneInfo, first: date) -> Iterator[tuple[datetime, datetime]]:
    """The open intervals from a day on, in the order in which they open."""
    for ahead in range(_FARTHEST):
        day = first + ahead * DAY
        if wishes.quiet_on_holidays and is_holiday(day, wishes.country):
            continue
        windows = [(each.opens, each.closes) for each in wishes.windows if each.weekday == day.isoweekday()]
        for opens, closes in sorted(windows if wishes.windows else [("00:00", "24:00")]):
            begin = moment_of(day, opens, zone)
            end = moment_of(day if closes > opens else day + DAY, closes, zone)
            if wishes.quiet_on_holidays and closes <= opens and is_holiday(day + DAY, wishes.country):
                end = moment_of(day, "24:00", zone)
            if begin < end:
                yield begin, end


def morning_after(wishes: DeliveryWishes, zone: ZoneInfo, since: datetime) -> datetime:
    """The first workday's digest hour after `since`."""
    today = since.astimezone(zone).date()
    days = (today + ahead * DAY for ahead in range(_FARTHEST))
    hours = (moment_of(day, wishes.at, zone) for day in days if is_workday(day, wishes.country))
    return next((moment for moment in hours if moment > since), since)


def week_after(wishes: DeliveryWishes, zone: ZoneInfo, since: datetime) -> datetime:
    """The first weekly digest's hour after `since`; one that falls on a public holiday comes the next free day."""
    today = since.astimezone(zone).date()
    days = (today + ahead * DAY for ahead in range(-14, _FARTHEST))
    chosen = (_free_from(day, wishes.country) for day in days if day.isoweekday() == wishes.weekday)
    return next((moment for day in chosen if (moment := moment_of(day, wishes.at, zone)) > since), since)


def _free_from(day: date, country: str) -> date:
    return next((each for ahead in range(_FARTHEST) if not is_holiday(each := day + ahead * DAY, country)), day)
