"""Pages: the decisions of the bodies that govern the plan, one decision, and recording one."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse

from kit.auth.people import Person, require
from kit.http.commands import Commanding, Stored
from kit.http.paging import Paging
from kit.http.problems import Problem
from kit.store import Store, Work
from kit.web.filled_in import Filled, attempt, built, filled
from services.actions.governance.api import decision_in, record_decision
from services.actions.governance.bodies import bodies_of
from services.actions.governance.decision import Decision, DecisionForm
from services.actions.governance.store import DECISIONS, query_of
from services.actions.store import shown_plans

router = APIRouter(prefix="/plan/decisions")

SignedIn = Annotated[Person, require()]
Editor = Annotated[Person, require("editor", "coordinator")]


@router.get("")
async def decisions_page(request: Request, store: Stored, person: SignedIn, page: Paging, body: str = "") -> Any:
    query = query_of(body or None)
    bounded = query if page.after is None else {"$and": [query, {"_id": {"$lt": page.after}}]}
    found = await store[DECISIONS].find(bounded, sort=[("_id", -1)], limit=page.limit + 1).to_list(None)
    plans = await shown_plans(store, everything=True)
    return request.app.state.pages.render(
        request,
        "actions/governance/decisions.html",
        decisions=[DECISIONS.to_aggregate(each) for each in found[: page.limit]],
        next=found[page.limit - 1]["_id"] if len(found) > page.limit else None,
        total=await store[DECISIONS].count_documents(query),
        bodies=bodies_of(plans[0][1]) if plans else [],
        body=body,
        may_record=bool(plans) and person.may("editor", "coordinator"),
    )


@router.get("/new")
async def new_decision(request: Request, store: Stored, editor: Editor, activity: str = "") -> Any:
    return await _form_page(request, store, Filled({"activities": [activity]} if activity else {}))


@router.post("/new")
async def add_decision(request: Request, command: Commanding, editor: Editor) -> Any:
    form = await filled(request)

    async def change(work: Work) -> Decision:
        return await record_decision(_decision(form), command.store, work, editor.user)

    decision = await attempt(form, request, command, editor, change)
    if decision is None:
        return await _form_page(request, command.store, form)
    return RedirectResponse(f"/plan/decisions/{decision.decision_id}", 303)


@router.get("/{decision_id}")
async def decision_page(request: Request, decision_id: str, store: Stored, person: SignedIn) -> Any:
    decision = await decision_in(store, decision_id)
    return request.app.state.pages.render(request, "actions/governance/decision.html", decision=decision)


def _decision(form: Filled) -> DecisionForm:
    facts = {name: form.get(name) for name in ("body", "title", "text", "reference")}
    dated = {"decided_on": {"value": form.get("decided_on")}} if form.get("decided_on") else {}
    return built(DecisionForm, {**facts, **dated, "activities": form.every("activities")})


async def _form_page(request: Request, store: Store, form: Filled) -> Any:
    plans = await shown_plans(store, everything=True)
    if not plans:
        raise Problem(409, "there is no plan yet; import one first")
    _, plan = plans[0]
    return request.app.state.pages.render(
        request,
        "actions/governance/new_decision.html",
        status=form.status,
        form=form,
        bodies=bodies_of(plan),
        actions=plan.actions,
    )
