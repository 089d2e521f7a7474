"""How the delivery of an activity stands: apart from its stage, and never a mere colour."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Literal

from contracts.values import Money, Value
from services.reporting.money import still_open
from services.reporting.read_model import Activity, Delivery

STALE = timedelta(days=180)
SOON = timedelta(days=30)
MONEY_NEEDED_WITHIN = timedelta(days=365)

Because = Literal["stale", "no_owner", "no_date", "overdue", "not_started", "on_hold", "not_funded"]


class Judgement(Value):
    """A delivery state, and what it rests on where that is not the plain case."""

    state: Delivery
    because: Because | None = None


def judge(activity: Activity, committed: Money | None, today: date) -> Judgement:
    """The delivery state of one activity on `today`. The first rule that holds decides:

    1. done or cancelled, when its stage says so;
    2. unknown: nobody updated it for 180 days, nobody is responsible, or the plan gives no date;
    3. late: the last day of its due date is past, and it is neither finished nor running for good;
    4. at risk: due within 30 days and not started; on hold; or due within 12 months and not wholly funded;
    5. none due yet: not started, and its date is far or not firm;
    6. on track.
    """
    if activity.stage == "completed":
        return Judgement(state="done")
    if activity.stage == "cancelled":
        return Judgement(state="cancelled")
    if unknown := _unknown(activity, today):
        return Judgement(state="unknown", because=unknown)
    if activity.reached:
        return Judgement(state="on_track")
    last_day = activity.due.last_day() if activity.due else None
    if last_day is not None and last_day < today:
        return Judgement(state="late", because="overdue")
    if threat := _threat(activity, committed, last_day, today):
        return Judgement(state="at_risk", because=threat)
    return Judgement(state="none_due" if activity.stage == "not_started" else "on_track")


def rolled_up(counts: Mapping[Delivery, int]) -> Delivery:
    """One word for an action: its worst activity's, `done` when all are, `none_due` when nothing has begun.

    Never shown without the counts.
    """
    for worst in ("late", "at_risk", "unknown"):
        if counts.get(worst):
            return worst
    under_way, done, waiting = (counts.get(state, 0) for state in ("on_track", "done", "none_due"))
    if done and not under_way and not waiting:
        return "done"
    if under_way or done:
        return "on_track"
    return "none_due" if waiting else "unknown"


def _unknown(activity: Activity, today: date) -> Because | None:
    if not activity.responsible:
        return "no_owner"
    if activity.due is None and activity.timing.kind not in {"open_ended", "ongoing"}:
        return "no_date"
    return "stale" if today - activity.updated_at.date() > STALE else None


def _threat(activity: Activity, committed: Money | None, last_day: date | None, today: date) -> Because | None:
    if activity.stage == "on_hold":
        return "on_hold"
    if last_day is None:
        return None
    if activity.stage == "not_started" and last_day <= today + SOON:
        return "not_started"
    rest = still_open(activity.estimated, committed)
    needed = rest is not None and rest.amount > Decimal(0)
    return "not_funded" if needed and last_day <= today + MONEY_NEEDED_WITHIN else None
