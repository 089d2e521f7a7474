"""Pages: the list of applications, and one application."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from contracts.actions import NeedChangedV1
from kit.auth.people import Person, require
from kit.clock import now
from kit.http.commands import Stored
from kit.store import Store
from services.funding.applications import words
from services.funding.applications.api import one
from services.funding.applications.application import Application
from services.funding.applications.guards import LJUBLJANA
from services.funding.applications.listing import Row, as_csv, in_order
from services.funding.applications.money import summed
from services.funding.applications.shown import choice
from services.funding.applications.states import STAGES, STATES
from services.funding.applications.store import APPLICATIONS
from services.funding.applications.work_plan import plan_of
from services.funding.calls.store import CALLS
from services.funding.ledger.summary import money_of
from services.funding.planning.steps import BY_CODE, ROLES
from services.funding.planning.store import procedure_of
from services.funding.planning.strip import strip_of
from services.funding.store import NEEDS

router = APIRouter()

Officer = Annotated[Person, require("funding-officer", "coordinator")]
SignedIn = Annotated[Person, require()]
SHOWN = 500


@router.get("/funding/applications")
async def applications_page(
    request: Request,
    store: Stored,
    person: SignedIn,
    stage: Annotated[str, Query(max_length=40)] = "",
    lead: Annotated[str, Query(max_length=200)] = "",
    call: Annotated[str, Query(max_length=100)] = "",
    within: Annotated[str, Query(max_length=4)] = "",
) -> Any:
    moment = now()
    rows = await _rows(store, moment, stage=stage, lead=lead, call=call, within=within)
    leads = await store[APPLICATIONS].distinct("lead_department", {"lead_department": {"$ne": None}})
    return request.app.state.pages.render(
        request,
        "funding/applications/list.html",
        rows=rows,
        stages=STAGES,
        leads=sorted(leads),
        wanted={"stage": stage, "lead": lead, "call": call, "within": within},
        words=words,
        may_edit=may_edit(person),
        now=moment,
    )


@router.get("/funding/applications.csv")
async def applications_csv(
    store: Stored, person: SignedIn, stage: str = "", lead: str = "", call: str = "", within: str = ""
) -> Response:
    rows = await _rows(store, now(), stage=stage, lead=lead, call=call, within=within)
    headers = {"Content-Disposition": 'attachment; filename="applications.csv"', "Cache-Control": "private, no-cache"}
    return Response(as_csv(rows), media_type="text/csv; charset=utf-8", headers=headers)


@router.get("/funding/applications/{application_id}")
async def application_page(request: Request, application_id: str, store: Stored, person: SignedIn) -> Any:
    return await draw(request, await one(application_id, store), store, person)


async def draw(
    request: Request,
    application: Application,
    store: Store,
    person: Person,
    mistakes: list[tuple[str, Any]] | None = None,
    typed: dict[str, str] | None = None,
) -> Any:
    """The page of one application; with `mistakes`, of the remark that was typed on it."""
    moment = now()
    plan = plan_of(application, await procedure_of(store.database), moment)
    call = await store[CALLS].find_one({"_id": application.call_id})
    known = CALLS.to_aggregate(call) if call else None
    terms = (known.co_financing_rate, known.max_amount) if known else (None, None)
    state = STATES[application.state]
    return request.app.state.pages.render(
        request,
        "funding/applications/application.html",
        status=422 if mistakes else 200,
        application=application,
        state=state,
        stages=STAGES,
        words=words,
        choices=[choice(application, move, moment) for move in state.moves],
        revert_to=application.revert_target(),
        deadline=application.deadline(moment),
        plan=plan,
        strip=strip_of(plan) if plan else None,
        steps=BY_CODE,
        roles=ROLES,
        money=summed(await _needs(application, store), *terms),
        lessons=await _lessons(application, store) if state.stage in {"deciding", "preparing"} else [],
        projects=await money_of(store.database, application_id=application.application_id),
        call_status=application.terms.status,
        may_edit=may_edit(person),
        mistakes=mistakes or [],
        typed=typed or {},
        today=moment.astimezone(LJUBLJANA).date(),
        now=moment,
    )


def may_edit(person: Person) -> bool:
    return person.may("funding-officer", "coordinator")


async def _rows(store: Store, moment: datetime, *, stage: str, lead: str, call: str, within: str) -> list[Row]:
    states = [code for code, state in STATES.items() if state.stage == stage]
    query = {
        **({"state": {"$in": states}} if stage else {}),
        **({"lead_department": lead} if lead else {}),
        **({"call_id": call} if call else {}),
    }
    procedure = await procedure_of(store.database)
    found = store[APPLICATIONS].find(query, sort=[("_id", 1)], limit=SHOWN)
    rows = []
    async for document in found:
        application = APPLICATIONS.to_aggregate(document)
        deadline = application.deadline(moment)
        if within.isdecimal() and (deadline is None or not 0 <= (deadline - moment).days < int(within)):
            continue
        rows.append(Row(application, deadline, plan_of(application, procedure, moment)))
    return in_order(rows)


async def _needs(application: Application, store: Store) -> list[NeedChangedV1]:
    wanted = [activity.activity_id for activity in application.activities]
    found = store[NEEDS].find({"_id": {"$in": wanted}}, sort=[("_id", 1)])
    return [NeedChangedV1.model_validate(document["event"]) async for document in found]


async def _lessons(application: Application, store: Store) -> list[Application]:
    """The applications refused last, whose lessons are of use to this one."""
    query = {"state": "rejected", "_id": {"$ne": application.application_id}}
    refused = store[APPLICATIONS].find(query, sort=[("opened_at", -1)], limit=5)
    return [APPLICATIONS.to_aggregate(document) async for document in refused]
