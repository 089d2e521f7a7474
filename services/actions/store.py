"""What the actions service stores: plans with every version, and the activities' needs."""

from __future__ import annotations

from typing import Any

from kit.store import Aggregates, Collection, Index, Store, Work
from services.actions.governance import store as governance
from services.actions.needs import Need, planned
from services.actions.plan import Plan, activity_id
from services.actions.risks import store as risks
from services.actions.stored_plan import StoredPlan, imported

PLANS = Aggregates("plans", of=StoredPlan, key="plan_id")
PLAN_VERSIONS = Collection("plan_versions", indexes=[Index([("plan_id", 1), ("plan_version", 1)], unique=True)])
NEEDS = Aggregates("needs", of=Need, key="activity_id", indexes=[Index([("plan_id", 1), ("number", 1)])])

ALL = [PLANS, PLAN_VERSIONS, NEEDS, *risks.ALL, *governance.ALL]


async def import_plan(plan: Plan, work: Work) -> StoredPlan:
    """Store `plan` as a new version, with what each activity needs; a plan that says the same changes nothing."""
    before = await work.load(PLANS, plan.slug)
    if before is not None and before.says_the_same_as(plan):
        return before
    stored = imported(plan, before, work.actor or "unknown", work.now)
    kept = work.save(PLANS, stored)
    work.insert(
        PLAN_VERSIONS,
        {
            "_id": f"{kept.plan_id}:{kept.plan_version}",
            "plan_id": kept.plan_id,
            "plan_version": kept.plan_version,
            "imported_at": kept.imported_at,
            "imported_by": kept.imported_by,
            "plan": kept.plan.model_dump(mode="python"),
        },
    )
    await _renew_needs(kept, work)
    await risks.keep_register(kept, work)
    return kept


async def _renew_needs(stored: StoredPlan, work: Work) -> None:
    known = {need.activity_id: need for need in await needs_of(stored.plan_id, work)}
    for action in stored.plan.actions:
        for activity in action.activities:
            before = known.pop(activity_id(stored.plan, activity.number), None)
            work.save(NEEDS, planned(stored.plan, stored.plan_version, action, activity, before))
    for gone in known.values():
        if not gone.removed:
            work.save(NEEDS, gone.drop(stored.plan_version))


async def needs_of(plan_id: str, work: Work) -> list[Need]:
    return [NEEDS.to_aggregate(document) for document in await work.find(NEEDS, {"plan_id": plan_id})]


async def shown_plan(store: Store, plan_id: str, *, everything: bool) -> tuple[StoredPlan, Plan] | None:
    """A plan's record and the version to show: the newest, or only the approved one for the public."""
    document = await store[PLANS].find_one({"_id": plan_id})
    if document is None:
        return None
    stored = PLANS.to_aggregate(document)
    if everything or stored.approved:
        return stored, stored.plan
    if stored.approved_version is None:
        return None
    version = await store[PLAN_VERSIONS].find_one({"_id": f"{plan_id}:{stored.approved_version}"})
    return None if version is None else (stored, Plan.model_validate(version["plan"]))


async def shown_plans(store: Store, *, everything: bool) -> list[tuple[StoredPlan, Plan]]:
    ids = [document["_id"] async for document in store[PLANS].find({}, {"_id": 1}, sort=[("_id", 1)])]
    found = [await shown_plan(store, plan_id, everything=everything) for plan_id in ids]
    return [each for each in found if each is not None]


async def needs_by_number(store: Store, plan_id: str) -> dict[str, Need]:
    cursor: Any = store[NEEDS].find({"plan_id": plan_id, "removed": False})
    return {document["number"]: NEEDS.to_aggregate(document) async for document in cursor}
