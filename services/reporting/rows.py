"""The rows: each activity and each action with its money, and how its delivery stands."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from zoneinfo import ZoneInfo

from pydantic import AwareDatetime, Field

from contracts.actions import ActionSummary
from contracts.values import Money, Timing, Value
from services.reporting.delivery import Because, judge, rolled_up
from services.reporting.money import MoneySum, still_open, total
from services.reporting.read_model import Activity, Delivery, Due, Known


class ActivityRow(Value):
    """One activity with its money, its stage, and how its delivery stands."""

    id: str
    number: str
    title: str
    title_sl: str | None = Field(default=None, description="The title in Slovenian, where there is one.")
    action_number: str
    stage: str
    delivery: Delivery
    because: Because | None = None
    timing: Timing
    due: Due | None
    responsible: list[str]
    estimated: Money | None = Field(description="Null when the plan gives no cost: unknown, not zero.")
    committed: MoneySum
    open: Money | None = Field(description="Null when the cost is unknown.")
    updated_at: AwareDatetime


class ActionRow(Value):
    """One action: its budget beside the sum of its activities, what is committed, and how delivery stands."""

    number: str
    title: str
    title_sl: str | None = Field(default=None, description="The title in Slovenian, where there is one.")
    area: str
    objective: str
    timing: Timing
    budget: Money | None
    activities_estimated: MoneySum
    committed: MoneySum
    open: Money | None = Field(description="Budget minus committed; without a budget, the sum of the activities.")
    delivery: Delivery
    activities: dict[Delivery, int]
    expected: int = Field(description="How many activities the plan says there are; fewer may have been heard of.")
    next_due: Due | None
    updated_at: AwareDatetime | None


def activity_rows(known: Known, now: datetime, zone: ZoneInfo) -> list[ActivityRow]:
    """Every activity of the plan in the order of its number."""
    today = now.astimezone(zone).date()

    def row(activity: Activity) -> ActivityRow:
        committed = total(known.committed_to(activity), known.currency)
        judged = judge(activity, committed.known, today)
        return ActivityRow(
            id=activity.activity_id,
            number=activity.number,
            title=activity.title,
            title_sl=activity.title_sl,
            action_number=activity.action_number,
            stage=activity.stage,
            delivery=judged.state,
            because=judged.because,
            timing=activity.timing,
            due=Due.of(activity.due),
            responsible=activity.responsible,
            estimated=activity.estimated,
            committed=committed,
            open=still_open(activity.estimated, committed.known),
            updated_at=activity.updated_at,
        )

    return [row(each) for each in sorted(known.activities, key=lambda each: by_number(each.number))]


def by_number(number: str) -> tuple[tuple[int, str], ...]:
    """Sorts 2.1.10 after 2.1.9; what is no number comes after numbers."""
    return tuple((int(part), "") if part.isdigit() else (1_000_000, part) for part in number.split("."))


def action_row(action: ActionSummary, every: list[ActivityRow], known: Known) -> ActionRow:
    """One action of the plan with those of `every` activity that belong to it."""
    own = [each for each in every if each.action_number == action.number]
    ids = {each.id for each in own}
    committed = total((each.amount for each in known.commitments if each.activity_id in ids), known.currency)
    estimated = total((each.estimated for each in own), known.currency)
    states = Counter(each.delivery for each in own)
    dates = [each.due for each in own if each.due and each.delivery not in {"done", "cancelled"}]
    return ActionRow(
        number=action.number,
        title=action.title,
        title_sl=action.title_sl,
        area=action.area,
        objective=action.objective,
        timing=action.timing,
        budget=action.budget,
        activities_estimated=estimated,
        committed=committed,
        open=still_open(action.budget or estimated.known, committed.known),
        delivery=rolled_up(states),
        activities=dict(states),
        expected=action.activities,
        next_due=min(dates, key=lambda due: due.last_day, default=None),
        updated_at=max((each.updated_at for each in own), default=None),
    )
