"""HTTP: calls, how they fit the plan, and commitments; sources have an API of their own."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Body

from contracts.funding import CallStatus
from kit.auth.people import Person, require
from kit.clock import now, uuid7
from kit.http.commands import Commanding, Stored
from kit.http.paging import Paging, page_of
from kit.http.problems import FieldError, Problem
from kit.store import Work
from services.funding.calls import Call
from services.funding.calls.intake import take
from services.funding.commitments import CommitmentForm, made
from services.funding.polling import api as polling
from services.funding.sources.by_hand import Refused, TypedCall, typed_call
from services.funding.store import CALLS, COMMITMENTS, MATCHES, NEEDS
from services.funding.triage import api as triage
from services.funding.triage.api import match_shown

router = APIRouter()
router.include_router(polling.router)
router.include_router(triage.router)

Officer = Annotated[Person, require("funding-officer", "coordinator")]
SignedIn = Annotated[Person, require()]


def call_shown(call: Call) -> dict[str, Any]:
    moment = now()
    return {
        "id": call.call_id,
        **call.facts(moment).model_dump(),
        "description": call.description,
        "deadlines": call.deadlines,
        "eu_contribution": call.eu_contribution,
        "conflicts": call.conflicts_at(moment),
        "unread": call.unread,
        "provenance": call.provenance,
        "first_seen_at": call.first_seen_at,
        "last_changed_at": call.last_changed_at,
        "version": call.version,
    }


@router.get("/calls", summary="Calls by id; filter by status or source.")
async def list_calls(
    store: Stored, page: Paging, status: CallStatus | None = None, source: str | None = None
) -> dict[str, Any]:
    wanted = {"status": status, "source": source}
    query = {name: value for name, value in wanted.items() if value is not None}
    return await page_of(store[CALLS], query, page, lambda document: call_shown(CALLS.to_aggregate(document)))


@router.post(
    "/calls",
    status_code=201,
    summary="Type in a call; only its title is required.",
    openapi_extra={"requestBody": {"content": {"application/json": {"schema": TypedCall.model_json_schema()}}}},
)
async def post_call(body: Annotated[dict[str, Any], Body()], command: Commanding, officer: Officer) -> Any:
    try:
        parsed = typed_call(body)
    except Refused as refused:
        errors = [FieldError(each.field or "call", each.reason, each.mend) for each in refused.mistakes]
        raise Problem(422, str(refused), errors) from None

    async def change(work: Work) -> dict[str, Any]:
        return call_shown(await take(parsed, work))

    return await command.run(change, status=201, etag=True)


@router.get("/calls/{call_id}", summary="One call with everything known of it and how it fits.")
async def get_call(call_id: str, store: Stored) -> dict[str, Any]:
    document = await store[CALLS].find_one({"_id": call_id})
    if document is None:
        raise Problem(404, f"there is no call {call_id}")
    fits = store[MATCHES].find({"call_id": call_id, "fits": True}, sort=[("score", -1)])
    matches = [match_shown(MATCHES.to_aggregate(each)) async for each in fits]
    return {**call_shown(CALLS.to_aggregate(document)), "matches": matches}


@router.get("/commitments", summary="Money committed to activities.")
async def list_commitments(store: Stored, person: SignedIn, page: Paging) -> dict[str, Any]:
    return await page_of(store[COMMITMENTS], {}, page)


@router.post("/commitments", status_code=201, summary="Record money committed to an activity.")
async def post_commitment(form: CommitmentForm, command: Commanding, officer: Officer) -> Any:
    async def change(work: Work) -> dict[str, Any]:
        need = await work.get(NEEDS, form.activity_id)
        if need is None:
            raise Problem.at(
                "activity_id",
                f"no activity {form.activity_id} is known here",
                "take an id from /api/actions/activities",
            )
        stored = work.save(COMMITMENTS, made(form, uuid7(), need["event"]["number"], officer.user))
        return {"id": stored.commitment_id, **stored.model_dump(exclude={"commitment_id"})}

    return await command.run(change, status=201)
