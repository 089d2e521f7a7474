"""Pages: the plan, one action, one activity."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse

from kit.auth.people import Anybody, Person, require
from kit.clock import now
from kit.http.commands import Commanding, Stored
from kit.http.problems import Problem
from kit.store import Store, Work
from services.actions.api import StageChange, move_activity, totals
from services.actions.contradictions import contradictions
from services.actions.governance import pages as governance
from services.actions.governance.store import decisions_about
from services.actions.needs import STAGES, Stage
from services.actions.plan import Action, Plan
from services.actions.risks import pages as risks
from services.actions.store import needs_by_number, shown_plans
from services.actions.stored_plan import StoredPlan

router = APIRouter()
router.include_router(risks.router)
router.include_router(governance.router)


async def _plan(store: Store, person: Person | None) -> tuple[StoredPlan, Plan] | None:
    plans = await shown_plans(store, everything=person is not None)
    return plans[0] if plans else None


@router.get("/plan")
async def plan_page(request: Request, store: Stored, person: Anybody) -> Any:
    pages = request.app.state.pages
    found = await _plan(store, person)
    if found is None:
        return pages.render(request, "actions/no_plan.html")
    stored, plan = found
    return pages.render(
        request,
        "actions/plan.html",
        stored=stored,
        plan=plan,
        totals=totals(plan),
        needs=await needs_by_number(store, stored.plan_id),
        contradictions=contradictions(plan) if person else [],
        today=_today(request),
        now=now(),
    )


@router.get("/plan/actions/{number}")
async def action_page(request: Request, number: str, store: Stored, person: Anybody) -> Any:
    stored, plan, action = await _action(store, person, number)
    areas = {area.number: area for area in plan.areas}
    objectives = {objective.number: objective for objective in plan.objectives}
    return request.app.state.pages.render(
        request,
        "actions/action.html",
        action=action,
        area=areas[action.area],
        objective=objectives[action.objective],
        needs=await needs_by_number(store, stored.plan_id),
        contradictions=[each for each in contradictions(plan) if number in each.about] if person else [],
        today=_today(request),
        now=now(),
    )


@router.get("/plan/activities/{number}")
async def activity_page(request: Request, number: str, store: Stored, person: Anybody) -> Any:
    stored, _, action = await _action(store, person, number.rpartition(".")[0])
    activity = next((each for each in action.activities if each.number == number), None)
    if activity is None:
        raise Problem(404, f"the plan has no activity {number}")
    need = (await needs_by_number(store, stored.plan_id)).get(number)
    may_edit = person is not None and person.may("editor", "coordinator")
    return request.app.state.pages.render(
        request,
        "actions/activity.html",
        action=action,
        activity=activity,
        need=need,
        stages=STAGES,
        decisions=await decisions_about(store, number) if person else [],
        may_edit=may_edit,
        today=_today(request),
        now=now(),
    )


@router.post("/plan/activities/{number}/stage")
async def set_stage(
    number: str,
    command: Commanding,
    editor: Annotated[Person, require("editor", "coordinator")],
    activity_id: Annotated[str, Form()],
    stage: Annotated[Stage, Form()],
    note: Annotated[str, Form()] = "",
) -> RedirectResponse:
    async def change(work: Work) -> None:
        await move_activity(activity_id, StageChange(stage=stage, note=note or None), work, editor.user)

    await command.store.transact(change, actor=editor.user)
    return RedirectResponse(f"/plan/activities/{number}", 303)


def _today(request: Request) -> date:
    zone: ZoneInfo = request.app.state.settings.zone
    return now().astimezone(zone).date()


async def _action(store: Store, person: Person | None, number: str) -> tuple[StoredPlan, Plan, Action]:
    found = await _plan(store, person)
    action = next((each for each in found[1].actions if each.number == number), None) if found else None
    if found is None or action is None:
        raise Problem(404, f"the plan has no action {number}")
    return found[0], found[1], action
