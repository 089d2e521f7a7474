"""Pages: the list of calls, one call with its history, setting it right, and calls that may be one."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import RedirectResponse

from contracts.funding.themes import THEMES
from kit.auth.people import Anybody, Person, require
from kit.http.commands import Commanding, Now, Stored
from kit.http.problems import Problem
from kit.store import Store, Work
from kit.web.links import local_path
from services.funding import why
from services.funding.applicant_names import APPLICANTS, named
from services.funding.calls import editing, form
from services.funding.calls import reading_page as read
from services.funding.calls.api import call_document, version_document
from services.funding.calls.call import Call
from services.funding.calls.change_words import shown, shown_conflict
from services.funding.calls.deciding import DECISIONS
from services.funding.calls.listing import ORDERS, STATUSES, Order, Wanted, page_of_calls, wanted
from services.funding.calls.store import CALLS, JOINS, WAITING
from services.funding.calls.versions import FactsThen, between
from services.funding.polling.store import SOURCES
from services.funding.territory_names import PLACES
from services.funding.territory_names import named as place_named

router = APIRouter()

Editor = Annotated[Person, require("editor", "funding-officer", "coordinator")]
Filters = Annotated[Wanted, Depends(wanted)]
PAGE = 25
MOST_COUNTED = 1000


@router.get("/funding/calls")
async def calls_page(
    request: Request,
    store: Stored,
    person: Anybody,
    filters: Filters,
    moment: Now,
    sort: Order = "deadline",
    after: str | None = None,
) -> Any:
    asked = filters if "status" in request.query_params else replace(filters, status="current")
    documents, cursor = await page_of_calls(store[CALLS], asked, sort, moment, after=after or None, limit=PAGE)
    calls = [CALLS.to_aggregate(document) for document in documents]
    total = await store[CALLS].count_documents(asked.query(), limit=MOST_COUNTED)
    return request.app.state.pages.render(
        request,
        "funding/calls/list.html",
        calls=calls,
        fits=await read.fits_of(calls, store),
        next=cursor,
        total=total if total < MOST_COUNTED else None,
        asked=asked,
        sort=sort,
        orders=ORDERS,
        statuses=STATUSES,
        themes=THEMES,
        places=PLACES,
        sources=[SOURCES.to_aggregate(document) async for document in store[SOURCES].find({}, sort=[("_id", 1)])],
        questions=await read.open_questions(store),
        may_type=person is not None and person.may("funding-officer", "coordinator"),
        now=moment,
    )


@router.get("/funding/calls/joins")
async def joins_page(request: Request, store: Stored, person: Anybody, after: str | None = None) -> Any:
    query: dict[str, Any] = {"state": "suggested", **({"_id": {"$gt": after}} if after else {})}
    joins = [JOINS.to_aggregate(each) async for each in store[JOINS].find(query, sort=[("_id", 1)], limit=PAGE + 1)]
    ids = [call_id for join in joins for call_id in (join.stays, join.goes)]
    calls = {each["_id"]: CALLS.to_aggregate(each) async for each in store[CALLS].find({"_id": {"$in": ids}})}
    return request.app.state.pages.render(
        request,
        "funding/calls/joins.html",
        joins=joins[:PAGE],
        calls=calls,
        next=joins[PAGE - 1].join_id if len(joins) > PAGE else None,
        news=[each async for each in store[WAITING].find({}, sort=[("at", 1)], limit=PAGE)],
        may_edit=_may_edit(person),
    )


@router.get("/funding/calls/{call_id}")
async def call_page(request: Request, call_id: str, store: Stored, person: Anybody, moment: Now) -> Any:
    return await _draw(request, call_id, store, person, moment)


@router.get("/funding/calls/{call_id}/edit")
async def edit_page(request: Request, call_id: str, store: Stored, editor: Editor) -> Any:
    call = CALLS.to_aggregate(await call_document(store, call_id))
    return _form(request, call, form.typed_of(call), {})


@router.post("/funding/calls/{call_id}/edit")
async def edit(request: Request, call_id: str, command: Commanding, editor: Editor) -> Any:
    sent = await request.form()
    typed = {name: "\n".join(str(each) for each in sent.getlist(name)) for name in form.FIELDS}
    call = CALLS.to_aggregate(await call_document(command.store, call_id))
    seen = await _as_seen(call, str(sent.get("version", "")), command.store)
    values, mistakes = form.corrections_in(typed, seen)
    mistakes |= form.changed_meanwhile(values, seen, call)
    if mistakes:
        touched = {name: typed[name] for name in (*values, *mistakes)}
        return _form(request, call, {**form.typed_of(call), **touched}, mistakes)

    async def change(work: Work) -> Call:
        return editing.corrected(await _at(call, work), values, editor.user, work)

    if values:
        await command.store.transact(change, actor=editor.user)
    return RedirectResponse(f"/funding/calls/{call_id}", 303)


@router.post("/funding/calls/{call_id}/corrections/{field}")
async def drop_correction(request: Request, call_id: str, field: str, command: Commanding, editor: Editor) -> Any:
    """Let go of a correction, or take back the last one (`last`)."""
    last = bool((await request.form()).get("last"))

    async def change(work: Work) -> Call:
        call = CALLS.to_aggregate(await call_document(command.store, call_id))
        return editing.let_go(call, field, editor.user, work, last=last)

    await command.store.transact(change, actor=editor.user)
    return RedirectResponse(f"/funding/calls/{call_id}#corrections", 303)


@router.post("/funding/calls/joins/{join_id}")
async def decide(request: Request, join_id: str, command: Commanding, editor: Editor) -> Any:
    sent = await request.form()
    decision = DECISIONS.get(str(sent.get("decision", "")))
    if decision is None:
        raise Problem.at("decision", "it is no decision", f"choose one of {', '.join(DECISIONS)}")
    await command.store.transact(lambda work: decision(join_id, editor.user, work), actor=editor.user)
    return RedirectResponse(local_path(str(sent.get("back", "")), "/funding/calls/joins"), 303)


@router.get("/funding/calls/{call_id}/history")
async def history_page(
    request: Request,
    call_id: str,
    store: Stored,
    person: Anybody,
    before: Annotated[int | Literal[""] | None, Query(alias="from")] = None,
    after: Annotated[int | Literal[""] | None, Query(alias="to")] = None,
) -> Any:
    call = CALLS.to_aggregate(await call_document(store, call_id))
    pair = [await version_document(store, call_id, number) for number in (before, after) if number]
    return request.app.state.pages.render(
        request,
        "funding/calls/history.html",
        call=call,
        versions=await read.history_of(call_id, store, limit=200),
        compared=shown(between(pair[0]["facts"], pair[1]["facts"])) if len(pair) == 2 else None,
        chosen=[each["version"] for each in pair],
        staff=person is not None,
    )


async def _draw(request: Request, call_id: str, store: Store, person: Person | None, moment: Any) -> Any:
    call = CALLS.to_aggregate(await call_document(store, call_id))
    fetched_ahead = "prefetch" in request.headers.get("sec-purpose", "")
    return request.app.state.pages.render(
        request,
        "funding/calls/call.html",
        call=call,
        facts=call.facts(moment),
        conflicts=[shown_conflict(each) for each in call.conflicts_at(moment)],
        unseen=await read.look(call, person, store, moment) if person and not fetched_ahead else None,
        fits=(await read.fits_of([call], store)).get(call_id, []),
        others=await why.others(call, store, moment),
        history=await read.history_of(call_id, store),
        joins=await read.joins_of(call, store),
        themes=THEMES,
        applicants=[named(code) for code in call.eligible_applicants],
        place=place_named(call.territory) if call.territory else None,
        may_edit=_may_edit(person),
        staff=person is not None,
        now=moment,
    )


def _form(request: Request, call: Call, typed: dict[str, str], mistakes: dict[str, str]) -> Any:
    return request.app.state.pages.render(
        request,
        "funding/calls/edit.html",
        status=422 if mistakes else 200,
        call=call,
        typed=typed,
        mistakes=mistakes,
        statuses=STATUSES,
        places=PLACES,
        applicants=APPLICANTS,
        themes=THEMES,
    )


async def _as_seen(call: Call, version: str, store: Store) -> Any:
    """The call as it was when its form was drawn."""
    if not version.isdecimal() or int(version) >= call.version:
        return call
    return FactsThen.model_validate((await version_document(store, call.call_id, int(version)))["facts"])


async def _at(call: Call, work: Work) -> Call:
    """The call as it is stored now. Raises Problem 409 when it is not what the form was filled in for."""
    stored = await work.load(CALLS, call.call_id)
    if stored is None or stored.version != call.version:
        raise Problem(409, "somebody else changed this at the same time; read it again and repeat")
    return stored


def _may_edit(person: Person | None) -> bool:
    return person is not None and person.may("editor", "funding-officer", "coordinator")
