"""The overview: five actions as five rows, the totals, the counts, and what needs doing next."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from pydantic import AwareDatetime, Field

from contracts.sensors import Observation
from contracts.values import Money, Value
from services.reporting.money import MoneySum, share_of, total
from services.reporting.next_steps import Step, next_steps
from services.reporting.read_model import Call, Delivery, Known, PlanVersion
from services.reporting.rows import ActionRow, ActivityRow, action_row, activity_rows

LATEST_CALLS = 5


class Heaviest(Value):
    """The one action that makes up more than half of the estimate: shares weighted by cost speak of it alone."""

    number: str
    share: Decimal


class Totals(Value):
    """Sums over the actions. `coverage` is committed divided by estimated."""

    estimated: Money | None
    budgets: MoneySum
    activities_estimated: MoneySum
    committed: MoneySum
    committed_by_source: dict[str, MoneySum]
    committed_elsewhere: int = Field(description="Commitments to activities that this plan version does not have.")
    open: MoneySum
    coverage: Decimal | None
    heaviest: Heaviest | None
    activities: dict[Delivery, int]


class Counts(Value):
    """How many of what. Null where the reader may not know, or nobody can."""

    calls_open: int
    calls_forecast: int
    matches_waiting: int | None
    alerts_unacknowledged: int | None
    devices: int
    sources_failing: int | None


class BestMatch(Value):
    """The activity a call fits best, and how many it fits in all."""

    activity_number: str
    activity_title: str
    activity_title_sl: str | None = None
    score: int
    matches: int


class LatestCall(Value):
    """A call that is open or announced."""

    call_id: str
    title: str
    language: str | None
    funder: str | None
    status: str
    deadline: AwareDatetime | None
    published_at: AwareDatetime | None
    best: BestMatch | None


class LatestReading(Value):
    """The newest reading of one series."""

    series_id: str
    device_name: str
    observed_property: str
    unit: str
    reading: Observation | None


class Overview(Value):
    """Everything the first page shows. Without a plan, `plan` and `totals` are null and `actions` is empty."""

    as_of: AwareDatetime
    plan: PlanVersion | None
    actions: list[ActionRow]
    totals: Totals | None
    counts: Counts
    next: list[Step]
    next_in_all: int = Field(description="How many things need doing, of which `next` names the first.")
    calls: list[LatestCall]
    readings: list[LatestReading]


def overview(known: Known, now: datetime, zone: ZoneInfo) -> Overview:
    """The overview at `now`, with days as they are counted in `zone`."""
    activities = activity_rows(known, now, zone)
    actions = [action_row(each, activities, known) for each in known.plan.actions] if known.plan else []
    steps = next_steps(known, now, zone)
    return Overview(
        as_of=now,
        plan=known.plan,
        actions=actions,
        totals=_totals(known.plan, actions, activities, known) if known.plan else None,
        counts=_counts(known, now),
        next=steps.first,
        next_in_all=steps.in_all,
        calls=_latest_calls(known, now),
        readings=_latest_readings(known),
    )


def _totals(plan: PlanVersion, actions: list[ActionRow], activities: list[ActivityRow], known: Known) -> Totals:
    ids = {each.id for each in activities}
    placed = [each for each in known.commitments if each.activity_id in ids]
    sources = sorted({each.source_class for each in placed})
    committed = total((each.amount for each in placed), known.currency)
    return Totals(
        estimated=plan.estimated,
        budgets=total((each.budget for each in actions), known.currency),
        activities_estimated=total((each.estimated for each in activities), known.currency),
        committed=committed,
        committed_by_source={
            source: total((each.amount for each in placed if each.source_class == source), known.currency)
            for source in sources
        },
        committed_elsewhere=len(known.commitments) - len(placed),
        open=total((each.open for each in actions), known.currency),
        coverage=share_of(committed.known, plan.estimated),
        heaviest=_heaviest(plan, actions),
        activities=dict(Counter(each.delivery for each in activities)),
    )


def _heaviest(plan: PlanVersion, actions: list[ActionRow]) -> Heaviest | None:
    shares = [(share_of(each.budget, plan.estimated) or Decimal(0), each.number) for each in actions]
    share, number = max(shares, default=(Decimal(0), ""))
    return Heaviest(number=number, share=share) if share > Decimal("0.5") else None


def _counts(known: Known, now: datetime) -> Counts:
    states = Counter(call.status_at(now) for call in known.calls)
    return Counts(
        calls_open=states["open"],
        calls_forecast=states["forecast"],
        matches_waiting=len(known.waiting_matches(now)) if known.internal else None,
        alerts_unacknowledged=known.unacknowledged if known.internal else None,
        devices=len(known.devices),
        sources_failing=sum(each.failing_at(now) for each in known.sources) if known.internal else None,
    )


def _latest_calls(known: Known, now: datetime) -> list[LatestCall]:
    live = [call for call in known.calls if call.status_at(now) in {"open", "forecast"}]
    newest = sorted(live, key=_last_published)[:LATEST_CALLS]
    return [
        LatestCall(
            call_id=call.facts.call_id,
            title=call.facts.title,
            language=call.facts.language,
            funder=call.facts.funder,
            status=call.status_at(now),
            deadline=call.facts.deadline,
            published_at=call.published_at,
            best=_best_match(known, call),
        )
        for call in newest
    ]


def _last_published(call: Call) -> tuple[float, str]:
    return (-call.published_at.timestamp() if call.published_at else 0.0, call.facts.call_id)


def _best_match(known: Known, call: Call) -> BestMatch | None:
    fits = known.matches_of(call.facts.call_id)
    if not fits:
        return None
    best = fits[0]
    return BestMatch(
        activity_number=best.activity_number,
        activity_title=best.activity_title,
        activity_title_sl=best.activity_title_sl,
        score=best.score,
        matches=len(fits),
    )


def _latest_readings(known: Known) -> list[LatestReading]:
    names = {device.device_id: device.name for device in known.devices}
    return [
        LatestReading(
            series_id=series.series_id,
            device_name=names.get(series.device_id, series.device_id),
            observed_property=series.observed_property,
            unit=series.unit,
            reading=series.latest,
        )
        for series in sorted(known.series, key=lambda series: series.series_id)
    ]
