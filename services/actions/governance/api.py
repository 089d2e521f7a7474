"""HTTP: decisions of the bodies that govern the plan."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter

from kit.auth.people import Person, require
from kit.clock import uuid7
from kit.http.commands import Commanding, Stored
from kit.http.paging import Paging, page_of
from kit.http.problems import Problem
from kit.store import Store, Work
from services.actions.answers import LJUBLJANA, refusals
from services.actions.governance.decision import Decision, DecisionForm, recorded
from services.actions.governance.store import DECISIONS, query_of
from services.actions.store import needs_of, shown_plans

router = APIRouter()

SignedIn = Annotated[Person, require()]
Editor = Annotated[Person, require("editor", "coordinator")]


def decision_shown(decision: Decision) -> dict[str, Any]:
    return {"id": decision.decision_id, **decision.model_dump(mode="json", exclude={"decision_id"})}


@router.get("/decisions", summary="Decisions, the newest first; filter by body, or by an activity's number.")
async def list_decisions(
    store: Stored, person: SignedIn, page: Paging, body: str | None = None, activity: str | None = None
) -> dict[str, Any]:
    query = query_of(body, activity)
    return await page_of(
        store[DECISIONS], query, page, lambda each: decision_shown(DECISIONS.to_aggregate(each)), newest_first=True
    )


@router.get("/decisions/{decision_id}", summary="One decision.")
async def get_decision(decision_id: str, store: Stored, person: SignedIn) -> dict[str, Any]:
    return decision_shown(await decision_in(store, decision_id))


@router.post("/decisions", status_code=201, summary="Record a decision of a body, and the activities it concerns.")
async def post_decision(form: DecisionForm, command: Commanding, editor: Editor) -> Any:
    async def change(work: Work) -> dict[str, Any]:
        return decision_shown(await record_decision(form, command.store, work, editor.user))

    return await command.run(change, status=201, etag=True)


async def record_decision(form: DecisionForm, store: Store, work: Work, by: str) -> Decision:
    plans = await shown_plans(store, everything=True)
    if not plans:
        raise Problem(409, "there is no plan yet; import one first")
    _, plan = plans[0]
    needs = {need.number: need for need in await needs_of(plan.slug, work) if not need.removed}
    with refusals():
        decision = recorded(form, uuid7(), plan, needs, by, work.now, work.now.astimezone(LJUBLJANA).date())
    if form.reference is not None:
        same = {"body.en": decision.body.en, "reference": form.reference}
        if await work.find(DECISIONS, same, limit=1):
            raise Problem.at(
                "reference", f"{form.reference} of this body is recorded already", "write another, or leave it out", 409
            )
    return work.save(DECISIONS, decision)


async def decision_in(store: Store, decision_id: str) -> Decision:
    document = await store[DECISIONS].find_one({"_id": decision_id})
    if document is None:
        raise Problem(404, f"there is no decision {decision_id}")
    return DECISIONS.to_aggregate(document)
