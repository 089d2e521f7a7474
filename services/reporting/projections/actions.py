"""From the actions service: plans with every version, and each activity as each version states it.

Versions stand side by side, so that the public keeps seeing the approved one while a newer one waits, and figures
are measured against the dates that were approved.
"""

from __future__ import annotations

from contracts.actions import ActivityStatusChangedV1, NeedChangedV1, PlanApprovedV1, PlanImportedV1
from kit.bus.handlers import handles
from kit.store import Work
from services.reporting.projections.newest import cause_of, keep_newest
from services.reporting.store import ACTIVITIES, PLANS

_NEED = {
    *("number", "title", "title_sl", "action_number", "action_title", "action_title_sl"),
    *("estimated", "timing", "responsible", "funding", "removed"),
}


@handles(PlanImportedV1)
async def plan_imported(event: PlanImportedV1, work: Work) -> None:
    facts = event.model_dump(exclude={"plan_id", "version", "approved"})
    imported = {**facts, "imported_at": cause_of(work).time}
    keep_newest(work, PLANS, event.plan_id, f"versions.{event.version}", imported)
    if event.approved:
        keep_newest(work, PLANS, event.plan_id, "approved", {"version": event.version})


@handles(PlanApprovedV1)
async def plan_approved(event: PlanApprovedV1, work: Work) -> None:
    keep_newest(work, PLANS, event.plan_id, "approved", {"version": event.version, "at": event.approved_at})


@handles(NeedChangedV1)
async def need_changed(event: NeedChangedV1, work: Work) -> None:
    """What is committed is left out: it is summed here from the commitments themselves, once."""
    facts = {**event.model_dump(include=_NEED), "updated_at": cause_of(work).time}
    slot = f"versions.{event.plan_version}"
    keep_newest(work, ACTIVITIES, event.activity_id, slot, facts, plan_id=event.plan_id)


@handles(ActivityStatusChangedV1)
async def activity_status_changed(event: ActivityStatusChangedV1, work: Work) -> None:
    stage = {"stage": event.after, "at": cause_of(work).time}
    keep_newest(work, ACTIVITIES, event.activity_id, "stage", stage)


HANDLERS = [plan_imported, plan_approved, need_changed, activity_status_changed]
