"""HTTP: plans and activities."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Request
from pydantic import BaseModel, ConfigDict, Field

from kit.auth.people import Anybody, Person, require
from kit.http.commands import Command, Commanding, Stored
from kit.http.paging import Paging, page_of
from kit.http.problems import FieldError, Problem
from kit.store import Store, Work
from services.actions.contradictions import contradictions
from services.actions.defects import PlanDefects
from services.actions.governance import api as governance
from services.actions.needs import Need, Stage
from services.actions.plan import Plan, costed_by_action, costed_total, counts, estimated_by_action, estimated_total
from services.actions.plan_file import read_plan
from services.actions.risks import api as risks
from services.actions.store import NEEDS, PLANS, import_plan, shown_plan, shown_plans
from services.actions.stored_plan import AlreadyApproved, StoredPlan

router = APIRouter()
router.include_router(risks.router)
router.include_router(governance.router)

Editor = Annotated[Person, require("editor", "coordinator")]
Approver = Annotated[Person, require("approver")]


class StageChange(BaseModel):
    """An activity's new stage, and why."""

    model_config = ConfigDict(extra="forbid")
    stage: Stage
    note: str | None = Field(default=None, max_length=2000)


def totals(plan: Plan) -> dict[str, Any]:
    """How many of everything, and what it is estimated to cost: by the actions' budgets and by the activities'."""
    return {
        **counts(plan),
        "estimated": estimated_total(plan),
        "estimated_by_action": estimated_by_action(plan),
        "costed": costed_total(plan),
        "costed_by_action": costed_by_action(plan),
    }


def plan_head(stored: StoredPlan, plan: Plan) -> dict[str, Any]:
    return {
        "id": stored.plan_id,
        "title": plan.title,
        "title_sl": plan.title_sl,
        "municipality": plan.municipality.slug,
        "version": stored.version,
        "plan_version": stored.plan_version,
        "approved_version": stored.approved_version,
        "imported_at": stored.imported_at,
        "checksum": stored.checksum,
        "totals": totals(plan),
    }


def activity_shown(need: Need) -> dict[str, Any]:
    fields = need.model_dump(exclude={"commitments", "commitment_sequences", "overdue_told", "activity_id"})
    return {"id": need.activity_id, **fields, "committed": need.committed}


@router.get("/plans", summary="Every plan with its totals; without a right to read drafts, the approved ones.")
async def list_plans(store: Stored, person: Anybody) -> dict[str, Any]:
    items = await shown_plans(store, everything=person is not None)
    return {"items": [plan_head(stored, plan) for stored, plan in items], "next": None}


@router.get("/plans/{plan_id}", summary="One plan, whole, with its totals and its contradictions.")
async def get_plan(plan_id: str, store: Stored, person: Anybody) -> dict[str, Any]:
    stored, plan = await _existing(plan_id, store, person)
    return {**plan_head(stored, plan), "contradictions": contradictions(plan), "plan": plan}


@router.post("/plans", status_code=201, summary="Import a plan file (YAML); the same plan again changes nothing.")
async def post_plan(request: Request, command: Commanding, editor: Editor) -> Any:
    plan = _read(await request.body(), request.headers.get("x-file-name", "plan.yaml"))

    async def change(work: Work) -> dict[str, Any]:
        return plan_head(await import_plan(plan, work), plan)

    return await command.run(change, status=201, etag=True)


@router.post("/plans/{plan_id}/approve", summary="Approve a plan as it stands; the public pages then show it.")
async def approve_plan(plan_id: str, command: Commanding, approver: Approver) -> Any:
    async def change(work: Work) -> dict[str, Any]:
        stored = await work.load(PLANS, plan_id)
        if stored is None:
            raise Problem(404, f"there is no plan {plan_id}")
        try:
            approved = work.save(PLANS, stored.approve(approver.user, work.now))
        except AlreadyApproved as error:
            raise Problem(409, str(error)) from None
        return plan_head(approved, approved.plan)

    return await command.run(change, etag=True)


@router.get("/activities", summary="Activities with what they need, by id; filter by plan, action or stage.")
async def list_activities(
    store: Stored,
    person: Anybody,
    page: Paging,
    plan: str | None = None,
    action: str | None = None,
    stage: Stage | None = None,
) -> dict[str, Any]:
    query: dict[str, Any] = {"removed": False}
    wanted = {"plan_id": plan, "action_number": action, "stage": stage}
    query |= {name: value for name, value in wanted.items() if value is not None}
    if person is None:
        approved = [stored.plan_id for stored, _ in await shown_plans(store, everything=False) if stored.approved]
        query["plan_id"] = {"$in": [each for each in approved if plan in {None, each}]}
    return await page_of(store[NEEDS], query, page, lambda document: activity_shown(NEEDS.to_aggregate(document)))


@router.get("/activities/{activity_id}", summary="One activity.")
async def get_activity(activity_id: str, store: Stored, person: Anybody) -> dict[str, Any]:
    document = await store[NEEDS].find_one({"_id": activity_id})
    if document is None:
        raise Problem(404, f"there is no activity {activity_id}")
    await _existing(document["plan_id"], store, person)
    return activity_shown(NEEDS.to_aggregate(document))


@router.patch("/activities/{activity_id}", summary="Move an activity to another stage (If-Match: its version).")
async def patch_activity(activity_id: str, body: StageChange, command: Commanding, editor: Editor) -> Any:
    async def change(work: Work) -> dict[str, Any]:
        return activity_shown(await move_activity(activity_id, body, work, editor.user, command))

    return await command.run(change, etag=True)


async def move_activity(
    activity_id: str, body: StageChange, work: Work, by: str, command: Command | None = None
) -> Need:
    """Set an activity's stage; `command` holds the edit to the version its author saw."""
    need = await work.load(NEEDS, activity_id)
    if need is None:
        raise Problem(404, f"there is no activity {activity_id}")
    if command is not None:
        command.expect_version(need.version)
    moved = need.move_to(body.stage, body.note, by)
    return need if moved is need else work.save(NEEDS, moved)


async def _existing(plan_id: str, store: Store, person: Person | None) -> tuple[StoredPlan, Plan]:
    found = await shown_plan(store, plan_id, everything=person is not None)
    if found is None:
        raise Problem(404, f"there is no plan {plan_id} here, or it is not approved yet and you are not signed in")
    return found


def _read(body: bytes, name: str) -> Plan:
    try:
        return read_plan(body.decode("utf-8"), name)
    except UnicodeDecodeError as error:
        raise Problem.at("body", f"byte {error.start} is not UTF-8", "save the file as UTF-8") from None
    except PlanDefects as defects:
        errors = [FieldError(defect.path or "file", defect.message, _where(defect.line)) for defect in defects.defects]
        raise Problem(422, f"{name}: {len(errors)} defects, nothing was imported", errors) from None


def _where(line: int | None) -> str:
    return f"mend it on line {line}" if line else "mend it in the file"
