"""What is stored of risks: each with its rating and its reviews, kept through every version of its plan."""

from __future__ import annotations

from typing import Any

from kit.store import Aggregates, Collection, Index, Store, Work
from services.actions.answers import LJUBLJANA
from services.actions.risks.risk import RegisteredRisk, registered
from services.actions.stored_plan import StoredPlan

RISKS = Aggregates("risks", of=RegisteredRisk, key="risk_id", indexes=[Index([("plan_id", 1), ("number", 1)])])

ALL: list[Collection] = [RISKS]


async def keep_register(stored: StoredPlan, work: Work) -> None:
    """The register as a plan's version states it, with what reviews found before."""
    known = {each.risk_id: each for each in await _risks_of(stored.plan_id, work)}
    today = work.now.astimezone(LJUBLJANA).date()
    for risk in stored.plan.risks:
        before = known.pop(f"{stored.plan_id}:{risk.number}", None)
        work.save(RISKS, registered(stored.plan, stored.plan_version, risk, before, today))
    for gone in known.values():
        if not gone.removed:
            work.save(RISKS, gone.drop(stored.plan_version))


async def risks_shown(store: Store, plan_id: str) -> list[RegisteredRisk]:
    """The risks of a plan that stand, by number."""
    found: Any = store[RISKS].find({"plan_id": plan_id, "removed": False})
    risks = [RISKS.to_aggregate(each) async for each in found]
    return sorted(risks, key=lambda each: (len(each.number), each.number))


async def _risks_of(plan_id: str, work: Work) -> list[RegisteredRisk]:
    return [RISKS.to_aggregate(each) for each in await work.find(RISKS, {"plan_id": plan_id})]
