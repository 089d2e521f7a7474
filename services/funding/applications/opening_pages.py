"""The page to open an application: from a call, or from what fits it."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse

from contracts.actions import NeedChangedV1
from kit.auth.people import Person, require
from kit.http.commands import Commanding, Stored
from kit.http.problems import Problem
from kit.store import Store, Work
from services.funding.applications.application import Application
from services.funding.applications.opening import OpeningForm, open_application
from services.funding.applications.store import APPLICATIONS
from services.funding.calls.store import CALLS
from services.funding.store import LIVE, MATCHES, NEEDS

router = APIRouter()

Officer = Annotated[Person, require("funding-officer", "coordinator")]
OFFERED = 500


@router.get("/funding/applications/new")
async def new_application(request: Request, store: Stored, officer: Officer, match: str = "", call: str = "") -> Any:
    return await _form(request, store, {"match": match, "call": call}, None, None)


@router.post("/funding/applications/new")
async def open_one(request: Request, command: Commanding, officer: Officer) -> Any:
    sent = await request.form()
    typed = {name: str(value).strip()[:500] for name, value in sent.items()}
    chosen = [str(each) for each in sent.getlist("activities")][:50]
    form = OpeningForm(
        call_id=typed.get("call") or None,
        match_id=typed.get("match") or None,
        activity_ids=chosen,
        title=typed.get("title") or None,
        lead_department=typed.get("lead_department", "")[:200] or None,
        another=typed.get("another") == "yes",
    )

    async def change(work: Work) -> Application:
        return await open_application(form, officer.user, work)

    try:
        application = await command.store.transact(change, actor=officer.user)
    except Problem as refused:
        return await _form(request, command.store, typed, chosen, refused)
    return RedirectResponse(f"/funding/applications/{application.application_id}", 303)


async def _form(
    request: Request, store: Store, typed: dict[str, str], chosen: list[str] | None, refused: Problem | None
) -> Any:
    match = await store[MATCHES].find_one({"_id": typed["match"]}) if typed.get("match") else None
    call_id = match["call_id"] if match else typed.get("call")
    call = await store[CALLS].find_one({"_id": call_id}) if call_id else None
    fitting = store[MATCHES].find({"call_id": call_id, "fits": True}, {"activity_id": 1, "score": 1})
    needs = store[NEEDS].find({"event.removed": {"$ne": True}}, sort=[("event.number", 1)])
    calls = store[CALLS].find(LIVE, {"title": 1}, sort=[("title", 1)], limit=OFFERED)
    earlier = await store[APPLICATIONS].find_one({"call_id": call_id}) if call_id else None
    return request.app.state.pages.render(
        request,
        "funding/applications/new.html",
        status=refused.status if refused else 200,
        call=CALLS.to_aggregate(call) if call else None,
        calls=[(document["_id"], document["title"]) async for document in calls],
        needs=[NeedChangedV1.model_validate(document["event"]) async for document in needs],
        fits={document["activity_id"]: document["score"] async for document in fitting},
        chosen=chosen if chosen is not None else [match["activity_id"]] if match else [],
        typed=typed,
        refused=refused,
        earlier=APPLICATIONS.to_aggregate(earlier) if earlier else None,
    )
