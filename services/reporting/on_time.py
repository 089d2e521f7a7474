"""The share of activities completed on time, against the dates of the approved plan."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from zoneinfo import ZoneInfo

from contracts.values import Value
from services.reporting.read_model import Activity


class OnTime(Value):
    """What was due by the reporting date, and what became of it. `left_out` counts the rest by reason."""

    on_time: int = 0
    late: int = 0
    overdue: int = 0
    early: int = 0
    not_due: int = 0
    left_out: dict[str, int] = {}

    @property
    def due(self) -> int:
        return self.on_time + self.late + self.overdue

    @property
    def share(self) -> Decimal | None:
        """On time divided by due, to four decimals; None when none is due yet, which is neither 0 nor 100 percent."""
        return (Decimal(self.on_time) / self.due).quantize(Decimal("0.0001")) if self.due else None


def on_time(activities: Iterable[Activity], until: date, zone: ZoneInfo) -> OnTime:
    """Count the activities due by the end of the day `until`.

    Each counts once, as the plan version it is taken from dates it: a year is due on 31 December; no grace days.
    `done` is the day its stage was set to completed, or to continuous for what goes on after its launch.
    Left out: open-ended, continuous and undated ones, and those cancelled by the day they were due. Cancelled
    later, they stay and are overdue. What is done before its date counts when the date arrives; `early` says so.
    """
    found: Counter[str] = Counter()
    left_out: Counter[str] = Counter()
    for activity in activities:
        reason = _reason_to_leave_out(activity, zone)
        if reason is not None:
            left_out[reason] += 1
        else:
            found[_outcome(activity, until, zone)] += 1
    return OnTime(**found, left_out=dict(left_out))


def _reason_to_leave_out(activity: Activity, zone: ZoneInfo) -> str | None:
    if activity.timing.kind in {"open_ended", "ongoing"}:
        return "open_ended" if activity.timing.kind == "open_ended" else "continuous"
    if activity.due is None:
        return "no_date"
    set_on = activity.stage_set_on(zone)
    cancelled = activity.stage == "cancelled" and set_on is not None and set_on <= activity.due.last_day()
    return "cancelled" if cancelled else None


def _outcome(activity: Activity, until: date, zone: ZoneInfo) -> str:
    due = activity.due.last_day() if activity.due else date.max
    done = activity.stage_set_on(zone) if activity.reached else None
    if due > until:
        return "early" if done is not None and done <= until else "not_due"
    if done is None or done > until:
        return "overdue"
    return "on_time" if done <= due else "late"
