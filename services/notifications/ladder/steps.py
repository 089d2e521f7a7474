"""Which reminder of a deadline is due, and which ones nobody needs any more."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from services.notifications.timing.hours import moment_of


class Steps(NamedTuple):
    """`now`: the step to be told, in days before the deadline. `told`, `overtaken`: steps that need not be told."""

    now: int | None = None
    told: tuple[int, ...] = ()
    overtaken: tuple[int, ...] = ()


def day_of(deadline: datetime, days: int, zone: ZoneInfo) -> date:
    """The day of a step: so many calendar days before the deadline's day in `zone`."""
    return deadline.astimezone(zone).date() - timedelta(days=days)


def steps_of(
    deadline: datetime,
    ladder: Sequence[int],
    zone: ZoneInfo,
    *,
    told_at: datetime,
    done: Collection[int],
    now: datetime,
) -> Steps:
    """Steps whose day has begun and that are not `done` yet.

    What somebody was told of this deadline at `told_at` stands for the steps up to that day. Of the others that came
    due meanwhile, as after an outage or a deadline that moved, only the nearest is told. After the deadline none is.
    """
    if deadline <= now:
        return Steps()
    due = {days: moment_of(day_of(deadline, days, zone), "00:00", zone) for days in ladder}
    open_ones = sorted((days for days, at in due.items() if at <= now and days not in done), reverse=True)
    told = tuple(days for days in open_ones if due[days] <= told_at)
    left = [days for days in open_ones if days not in told]
    nearest = left[-1] if left and all(days > left[-1] for days in done) else None
    return Steps(nearest, told, tuple(days for days in left if days != nearest))
