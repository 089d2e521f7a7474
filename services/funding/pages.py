"""Pages: calls with how they fit, one call, and the form to type one in."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse

from contracts.funding import CallStatus
from kit.auth.people import Anybody, Person, require
from kit.clock import now
from kit.http.commands import Commanding, Stored
from kit.http.problems import Problem
from kit.store import Work
from services.funding import territory_names, why
from services.funding.applicant_names import named
from services.funding.calls import Call
from services.funding.calls.intake import take
from services.funding.common_grants import routes as common_grants
from services.funding.neighbours import pages as neighbours
from services.funding.polling.store import SOURCES
from services.funding.sources.by_hand import Refused, typed_call
from services.funding.sources.source import Rejected
from services.funding.store import CALLS, MATCHES
from services.funding.theme_names import THEMES
from services.funding.triage import pages as triage

router = APIRouter()
router.include_router(neighbours.router)
router.include_router(common_grants.router)
router.include_router(triage.router)

Officer = Annotated[Person, require("funding-officer", "coordinator")]
SHOWN = 200


@router.get("/funding/calls")
async def calls_page(request: Request, store: Stored, person: Anybody, status: str = "", text: str = "") -> Any:
    moment = now()
    query: dict[str, Any] = {"status": status} if status else {}
    found = store[CALLS].find(query, sort=[("first_seen_at", -1)], limit=SHOWN)
    calls = [CALLS.to_aggregate(document) async for document in found]
    wanted = text.casefold().strip()
    if wanted:
        calls = [call for call in calls if wanted in f"{call.title} {call.funder} {call.description}".casefold()]
    fits: dict[str, list[Any]] = {}
    async for document in store[MATCHES].find({"fits": True}, sort=[("score", -1)]):
        fits.setdefault(document["call_id"], []).append(MATCHES.to_aggregate(document))
    calls.sort(key=lambda call: _rank(call, fits, moment))
    return request.app.state.pages.render(
        request,
        "funding/calls.html",
        calls=[(call, call.facts(moment), fits.get(call.call_id, [])) for call in calls],
        sources=[SOURCES.to_aggregate(document) async for document in store[SOURCES].find({}, sort=[("_id", 1)])],
        statuses=CallStatus.__args__,  # type: ignore[attr-defined]
        wanted_status=status,
        text=text,
        may_type=_may_type(person),
        now=moment,
    )


@router.get("/funding/calls/new")
async def new_call(request: Request, officer: Officer) -> Any:
    return _form(request, {}, [])


@router.post("/funding/calls/new")
async def type_in(request: Request, command: Commanding, officer: Officer) -> Any:
    typed = {name: str(value).strip() for name, value in (await request.form()).items()}
    form, mistakes = _as_call(typed, request.app.state.settings.zone)
    try:
        parsed = typed_call(form)
    except Refused as refused:
        mistakes += [_said(each) for each in refused.mistakes]
    if mistakes:
        return _form(request, typed, mistakes)

    async def change(work: Work) -> Call:
        return await take(parsed, work)

    call = await command.store.transact(change, actor=officer.user)
    return RedirectResponse(f"/funding/calls/{call.call_id}", 303)


@router.get("/funding/calls/{call_id}")
async def call_page(request: Request, call_id: str, store: Stored) -> Any:
    document = await store[CALLS].find_one({"_id": call_id})
    if document is None:
        raise Problem(404, f"there is no call {call_id}")
    call, moment = CALLS.to_aggregate(document), now()
    judged = store[MATCHES].find({"call_id": call_id, "fits": True}, sort=[("score", -1), ("activity_number", 1)])
    return request.app.state.pages.render(
        request,
        "funding/call.html",
        call=call,
        facts=call.facts(moment),
        conflicts=call.conflicts_at(moment),
        fits=[MATCHES.to_aggregate(each) async for each in judged],
        others=await why.others(call, store, moment),
        themes=THEMES,
        applicants=[named(code) for code in call.eligible_applicants],
        place=territory_names.named(call.territory) if call.territory else None,
        now=moment,
    )


def _rank(call: Call, fits: dict[str, list[Any]], moment: datetime) -> tuple[Any, ...]:
    """Live calls first, the best fit first among them, then the nearest deadline."""
    deadline = call.deadline(moment)
    over = call.status in {"closed", "withdrawn"}
    best = max((each.score for each in fits.get(call.call_id, [])), default=0)
    return over, -best, deadline.at.timestamp() if deadline else float("inf")


def _may_type(person: Person | None) -> bool:
    return person is not None and person.may("funding-officer", "coordinator")


def _form(request: Request, typed: dict[str, str], mistakes: list[tuple[str, str]]) -> Any:
    status = 422 if mistakes else 200
    return request.app.state.pages.render(
        request, "funding/new_call.html", status=status, typed=typed, mistakes=mistakes
    )


def _as_call(typed: dict[str, str], zone: ZoneInfo) -> tuple[dict[str, Any], list[tuple[str, str]]]:
    """The form as the API takes a call, and what could not be read of it."""
    mistakes: list[tuple[str, str]] = []
    form: dict[str, Any] = {
        name: typed[name] for name in ("title", "funder", "description", "url", "territory") if typed.get(name)
    }
    form.setdefault("title", "")
    if typed.get("deadline"):
        try:
            form["deadline"] = datetime.fromisoformat(typed["deadline"]).replace(tzinfo=zone).isoformat()
        except ValueError:
            mistakes.append(("deadline", "Write the day and the hour, such as 2027-03-31 12:00"))
    if typed.get("rate"):
        if (rate := _number(typed["rate"])) is None:
            mistakes.append(("rate", "Write the share in per cent, such as 85"))
        else:
            form["co_financing_rate"] = str(rate / 100)
    if typed.get("max_amount"):
        if (amount := _number(typed["max_amount"])) is None:
            mistakes.append(("max_amount", "Write the amount as a number, such as 150000"))
        else:
            form["max_amount"] = {"amount": str(amount), "currency": "EUR"}
    form["eligible_applicants"] = ["municipality"] if typed.get("municipality") else []
    return form, mistakes


# What a reader of the form needs to hear; the API's own words speak of its fields.
_ON_THE_FORM = {
    "title": ("title", "Write the title of the call"),
    "territory": ("territory", "Write a code, such as SI-036, SI043, SI04, SI or EU"),
    "url": ("url", "Write the whole address, such as https://www.gov.si/razpis"),
    "co_financing_rate": ("rate", "Write a share from 0 to 100 per cent"),
    "max_amount": ("max_amount", "Write an amount greater than zero, such as 150000"),
}


def _said(mistake: Rejected) -> tuple[str, str]:
    """A refused field as the form names it, and the mend."""
    field = (mistake.field or "title").split(".")[0]
    return _ON_THE_FORM.get(field, (field, f"{mistake.reason}; {mistake.mend}"))


def _number(text: str) -> Decimal | None:
    """A plain number; with separators it might mean two things, so those are refused."""
    try:
        number = Decimal(text.replace(",", ".")) if text.count(",") + text.count(".") <= 1 else None
    except InvalidOperation:
        return None
    return number if number is not None and number.is_finite() else None
