"""Small plans, calls and moments to compute from."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from contracts.actions import ActionSummary
from contracts.funding import CallFacts
from contracts.values import Money, PartialDate, Timing
from services.reporting.read_model import Activity, Call, Commitment, Known, Match, PlanVersion

ZONE = ZoneInfo("Europe/Ljubljana")
NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)


def euros(amount: str | int) -> Money:
    return Money(amount=Decimal(amount))


def by(due: str) -> Timing:
    return Timing(kind="by", due=PartialDate(value=due))


def activity(number: str = "2.1.1", **fields: Any) -> Activity:
    defaults: dict[str, Any] = {
        "activity_id": f"plan:{number}",
        "title": f"Activity {number}",
        "action_number": number.rpartition(".")[0],
        "action_title": "Makerspace",
        "estimated": euros(1000),
        "timing": by("2030"),
        "responsible": ["Municipality"],
        "updated_at": NOW,
    }
    return Activity(number=number, **{**defaults, **fields})


def set_to(stage: str, on: datetime, **fields: Any) -> Activity:
    return activity(stage=stage, stage_set_at=on, **fields)


def plan(*actions: tuple[str, Money | None], **fields: Any) -> PlanVersion:
    known = [budget for _, budget in actions if budget]
    defaults: dict[str, Any] = {
        "plan_id": "plan",
        "version": 1,
        "title": "Plan",
        "approved": True,
        "imported_at": NOW,
        "activities": 1,
        "risks": 0,
        "estimated": euros(str(sum(each.amount for each in known))) if known else None,
    }
    summaries = [
        ActionSummary(
            number=number, title=f"Action {number}", area="Area", objective="Aim", activities=1, budget=budget
        )
        for number, budget in actions
    ]
    return PlanVersion(actions=summaries, **{**defaults, **fields})


def commitment(amount: Money, to: str = "2.1.1", **fields: Any) -> Commitment:
    defaults: dict[str, Any] = {"commitment_id": f"{to}-{amount.amount}", "source_class": "eu"}
    return Commitment(activity_id=f"plan:{to}", amount=amount, **{**defaults, **fields})


def call(call_id: str = "call-a", **fields: Any) -> Call:
    defaults: dict[str, Any] = {"title": f"Call {call_id}", "status": "open", "source": "gov-si"}
    own = {name: fields.pop(name) for name in ("published_at", "withdrawn") if name in fields}
    return Call(facts=CallFacts(call_id=call_id, **{**defaults, **fields}), **own)


def match(call_id: str = "call-a", number: str = "2.1.1", score: int = 80) -> Match:
    return Match(
        match_id=f"{call_id}-{number}",
        call_id=call_id,
        activity_id=f"plan:{number}",
        activity_number=number,
        activity_title=f"Activity {number}",
        score=score,
    )


def known(**fields: Any) -> Known:
    values: dict[str, Any] = {name: tuple(each) if isinstance(each, list) else each for name, each in fields.items()}
    return Known(**values)
