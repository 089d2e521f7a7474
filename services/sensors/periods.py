"""The periods a series is shown over, and how each is divided for a chart."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

Period = Literal["24h", "7d", "30d"]

_HOUR, _QUARTER_DAY, _DAY = timedelta(hours=1), timedelta(hours=6), timedelta(days=1)
_PARTS: dict[Period, tuple[timedelta, int]] = {"24h": (_HOUR, 24), "7d": (_QUARTER_DAY, 28), "30d": (_DAY, 30)}


def boundaries(period: Period, now: datetime, zone: ZoneInfo) -> list[datetime]:
    """Where the parts of a period begin, oldest first, and where the last one ends: the next boundary after `now`.

    Hours are as long as hours are; quarter days and days begin by the clock on the wall in `zone`, so that the
    day on which clocks change has 23 or 25 hours. All times in UTC.
    """
    step, count = _PARTS[period]
    if step == _HOUR:
        end = now.astimezone(UTC).replace(minute=0, second=0, microsecond=0) + step
        return [end - step * back for back in range(count, -1, -1)]
    wall = now.astimezone(zone).replace(tzinfo=None)
    midnight = wall.replace(hour=0, minute=0, second=0, microsecond=0)
    end = midnight + step * ((wall - midnight) // step + 1)
    return [(end - step * back).replace(tzinfo=zone).astimezone(UTC) for back in range(count, -1, -1)]
