"""HTTP: calls, their history, their sources, and what a person sets right."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Body, Depends, Query, Response
from fastapi.responses import StreamingResponse

from kit.auth.people import Anybody, Person, require
from kit.clock import now
from kit.http.commands import Commanding, Now, Stored, etag_of
from kit.http.paging import Paging, page_of
from kit.http.problems import FieldError, Problem
from kit.store import Store, Work
from services.funding.calls import editing
from services.funding.calls.call import Call
from services.funding.calls.csv_rows import csv_lines
from services.funding.calls.deciding import DECISIONS
from services.funding.calls.intake import take
from services.funding.calls.joins import JoinState
from services.funding.calls.listing import Order, Wanted, all_calls, page_of_calls, wanted
from services.funding.calls.shown import call_in_list, call_shown, readings_shown, version_shown, without_names
from services.funding.calls.store import CALLS, JOINS, VERSIONS, WAITING
from services.funding.calls.versions import between
from services.funding.sources.by_hand import Refused, TypedCall, typed_call
from services.funding.store import MATCHES
from services.funding.triage.api import match_shown

router = APIRouter()

Officer = Annotated[Person, require("funding-officer", "coordinator")]
Editor = Annotated[Person, require("editor", "funding-officer", "coordinator")]
SignedIn = Annotated[Person, require()]
Filters = Annotated[Wanted, Depends(wanted)]


async def call_document(store: Store, call_id: str) -> dict[str, Any]:
    """The stored call. Raises Problem 404."""
    document: dict[str, Any] | None = await store[CALLS].find_one({"_id": call_id})
    if document is None:
        raise Problem(404, f"there is no call {call_id}")
    return document


@router.get("/calls", summary="Calls; filter by words, status, source, theme, place, deadline and amount.")
async def list_calls(
    store: Stored, person: Anybody, filters: Filters, page: Paging, moment: Now, sort: Order = "id"
) -> dict[str, Any]:
    documents, cursor = await page_of_calls(store[CALLS], filters, sort, moment, after=page.after, limit=page.limit)
    calls = [_seen_by(person, CALLS.to_aggregate(each)) for each in documents]
    return {"items": [call_in_list(call, moment) for call in calls], "next": cursor}


@router.get("/calls.csv", summary="The same list as a table, whole.")
async def calls_csv(store: Stored, filters: Filters, moment: Now, sort: Order = "deadline") -> StreamingResponse:
    rows = (CALLS.to_aggregate(each) async for each in all_calls(store[CALLS], filters, sort, moment))
    headers = {"Content-Disposition": 'attachment; filename="calls.csv"'}
    filters.query()
    return StreamingResponse(csv_lines(rows, moment), media_type="text/csv; charset=utf-8", headers=headers)


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
        return call_shown(await take(parsed, work, by=officer.user), work.now)

    return await command.run(change, status=201, etag=True)


@router.get("/calls/{call_id}", summary="One call with everything known of it and how it fits.")
async def get_call(call_id: str, store: Stored, person: Anybody, response: Response) -> dict[str, Any]:
    call = _seen_by(person, CALLS.to_aggregate(await call_document(store, call_id)))
    fits = store[MATCHES].find({"call_id": call_id, "fits": True}, sort=[("score", -1)])
    matches = [match_shown(MATCHES.to_aggregate(each)) async for each in fits]
    response.headers["ETag"] = etag_of(call.version)
    return {**call_shown(call, now()), "matches": matches}


@router.patch("/calls/{call_id}", summary="Set fields right by hand; they stand whatever is read later.")
async def patch_call(call_id: str, body: Annotated[dict[str, Any], Body()], command: Commanding, editor: Editor) -> Any:
    async def change(work: Work) -> dict[str, Any]:
        call = await _edited(call_id, work, command)
        return call_shown(editing.corrected(call, body, editor.user, work), work.now)

    return await command.run(change, etag=True)


@router.delete(
    "/calls/{call_id}/corrections/{field}", summary="Let go of a correction: the sources' word stands again."
)
async def delete_correction(
    call_id: str,
    field: str,
    command: Commanding,
    editor: Editor,
    last: Annotated[bool, Query(description="Take back the last one only; the one before it stands again.")] = False,
) -> Any:
    async def change(work: Work) -> dict[str, Any]:
        call = await _edited(call_id, work, command)
        return call_shown(editing.let_go(call, field, editor.user, work, last=last), work.now)

    return await command.run(change, etag=True)


@router.get("/calls/{call_id}/versions", summary="Every version the call had, the newest first.")
async def list_versions(call_id: str, store: Stored, person: Anybody, page: Paging) -> dict[str, Any]:
    await call_document(store, call_id)

    def show(document: dict[str, Any]) -> dict[str, Any]:
        return version_shown(document, names=person is not None)

    return await page_of(store[VERSIONS], {"call_id": call_id}, page, show, newest_first=True)


@router.get("/calls/{call_id}/versions/{version}", summary="One version as it was.")
async def get_version(call_id: str, version: int, store: Stored, person: Anybody) -> dict[str, Any]:
    return version_shown(await version_document(store, call_id, version), names=person is not None, whole=True)


@router.get("/calls/{call_id}/diff", summary="What differs between any two versions.")
async def diff(
    call_id: str,
    store: Stored,
    before: Annotated[int, Query(alias="from", ge=1)],
    after: Annotated[int, Query(alias="to", ge=1)],
) -> dict[str, Any]:
    old, new = [await version_document(store, call_id, number) for number in (before, after)]
    return {"from": before, "to": after, "changes": between(old["facts"], new["facts"])}


@router.get("/calls/{call_id}/readings", summary="What each source says of the call.")
async def list_readings(call_id: str, store: Stored) -> dict[str, Any]:
    return {"items": readings_shown(CALLS.to_aggregate(await call_document(store, call_id))), "next": None}


@router.get("/joins", summary="Calls of different sources that may be one, with the grounds.")
async def list_joins(store: Stored, staff: SignedIn, page: Paging, state: JoinState | None = None) -> dict[str, Any]:
    return await page_of(store[JOINS], {"state": state} if state else {}, page)


@router.post("/joins/{join_id}/{decision}", summary="They are one call, they are two, or undo what was decided.")
async def decide_join(
    join_id: str, decision: Literal["confirm", "refuse", "undo"], command: Commanding, editor: Editor
) -> Any:
    async def change(work: Work) -> dict[str, Any]:
        return (await DECISIONS[decision](join_id, editor.user, work)).model_dump()

    return await command.run(change, etag=True)


@router.get("/amendments", summary="News of calls that no source has given yet, and why they wait.")
async def list_waiting(store: Stored, page: Paging) -> dict[str, Any]:
    return await page_of(store[WAITING], {}, page)


async def version_document(store: Store, call_id: str, version: int) -> dict[str, Any]:
    """The newest version kept at or before that number: one that changed nothing a reader sees is not kept."""
    await call_document(store, call_id)
    document: dict[str, Any] | None = await store[VERSIONS].find_one(
        {"call_id": call_id, "version": {"$lte": version}}, sort=[("version", -1)]
    )
    if document is None:
        raise Problem(404, f"{call_id} has no version {version}")
    return document


def _seen_by(person: Person | None, call: Call) -> Call:
    return call if person is not None else without_names(call)


async def _edited(call_id: str, work: Work, command: Commanding) -> Call:
    """The call an edit is for, held to the version its author saw."""
    call = await work.load(CALLS, call_id)
    if call is None:
        raise Problem(404, f"there is no call {call_id}")
    command.expect_version(call.version)
    return call
