"""Working hours: how far away the end of a time to answer is, over nights, weekends and public holidays."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from services.notifications.timing.hours import is_workday, moment_of

OPENS, CLOSES = "08:00", "16:00"
_DAY = timedelta(days=1)


def answer_by(since: datetime, hours: int, zone: ZoneInfo, country: str = "SI") -> datetime:
    """The moment at which `hours` of an office open from 8 to 16 on working days are over, counted from `since`."""
    left = timedelta(hours=hours)
    day = since.astimezone(zone).date()
    while True:
        if is_workday(day, country):
            opens = max(moment_of(day, OPENS, zone), since)
            closes = moment_of(day, CLOSES, zone)
            if closes - opens >= left:
                return opens + left
            left -= max(closes - opens, timedelta(0))
        day += _DAY
