"""Pages: dated parameters with their history, and aid to undertakings."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Annotated, Any

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse

from contracts.values import Money, PartialDate
from kit.auth.people import Anybody, Person, require
from kit.http.commands import Commanding, Now, Stored
from kit.store import Store, Work
from services.funding.ledger import arranging
from services.funding.ledger.aid import AidForm, Recipient, Room, room
from services.funding.ledger.filled_in import Filled, attempt, built, filled
from services.funding.ledger.refusal import Refused
from services.funding.ledger.store import PARAMETERS, RECIPIENTS, parameters_in
from services.funding.ledger.typed import typed_amount, typed_date, typed_number, typed_share
from services.funding.offers import LJUBLJANA
from services.funding.parameter_kinds import KINDS
from services.funding.parameters import Missing, Parameter, ParameterForm, Parameters

router = APIRouter()

Officer = Annotated[Person, require("funding-officer", "coordinator")]
SignedIn = Annotated[Person, require()]
# One band a line: "0,90 - 0,99: 90 %", either edge may be left out.
_BAND = re.compile(r"^\s*([\d.,]*)\s*[-–]\s*([\d.,]*)\s*[:;]\s*([\d.,]+)\s*%?\s*$")


@router.get("/funding/parameters")
async def parameters_page(request: Request, store: Stored, person: Anybody, now: Now, code: str = "") -> Any:
    return await _parameters(request, store, person, now.astimezone(LJUBLJANA).date(), Filled({"code": code}))


@router.post("/funding/parameters")
async def record(request: Request, command: Commanding, officer: Officer, now: Now) -> Any:
    form = await filled(request)

    async def change(work: Work) -> Parameter:
        return await arranging.record_parameter(_stated(form), work)

    if await attempt(form, request, command, officer, change) is None:
        return await _parameters(request, command.store, officer, now.astimezone(LJUBLJANA).date(), form)
    return RedirectResponse("/funding/parameters", 303)


@router.get("/funding/ledger/aid")
async def aid_page(request: Request, store: Stored, person: SignedIn, now: Now) -> Any:
    return await _aid(request, store, person, now.astimezone(LJUBLJANA).date(), Filled({"legal_basis": "de_minimis"}))


@router.post("/funding/ledger/aid")
async def grant(request: Request, command: Commanding, officer: Officer, now: Now) -> Any:
    form = await filled(request)

    async def change(work: Work) -> Recipient:
        names = ("undertaking_id", "undertaking_name", "legal_basis", "grantor", "source")
        facts: dict[str, Any] = {name: form.get(name) for name in names}
        amount = typed_amount(form.get("amount"), "amount")
        granted_on = typed_date(form.get("granted_on"), "granted_on")
        return await arranging.grant_aid(built(AidForm, {**facts, "amount": amount, "granted_on": granted_on}), work)

    if await attempt(form, request, command, officer, change) is None:
        return await _aid(request, command.store, officer, now.astimezone(LJUBLJANA).date(), form)
    return RedirectResponse("/funding/ledger/aid", 303)


async def _parameters(request: Request, store: Store, person: Person | None, today: Any, form: Filled) -> Any:
    found = store[PARAMETERS].find({}, sort=[("_id", 1)])
    parameters = [PARAMETERS.to_aggregate(each) async for each in found]
    recorded = {each.code for each in parameters}
    kinds = {code: kind for code, kind in KINDS.items() if kind.area == "money"}
    return request.app.state.pages.render(
        request,
        "funding/ledger/parameters.html",
        status=422 if form.mistakes else 200,
        parameters=[(each, kinds[each.code], each.on(today)) for each in parameters if each.code in kinds],
        lacking=[kind for code, kind in kinds.items() if code not in recorded],
        kinds=kinds,
        form=form,
        today=today,
        may_change=person is not None and person.may("funding-officer", "coordinator"),
    )


async def _aid(request: Request, store: Store, person: Person, today: Any, form: Filled) -> Any:
    parameters = await parameters_in(store.database)
    found = store[RECIPIENTS].find({}, sort=[("name", 1)], limit=200)
    recipients = [RECIPIENTS.to_aggregate(each) async for each in found]
    return request.app.state.pages.render(
        request,
        "funding/ledger/aid.html",
        status=422 if form.mistakes else 200,
        recipients=[
            (each, basis, _room(each, basis, today, parameters))
            for each in recipients
            for basis in sorted({aid.legal_basis for aid in each.aid})
        ],
        form=form,
        today=today,
        may_change=person.may("funding-officer", "coordinator"),
    )


def _room(recipient: Recipient, basis: str, today: Any, parameters: Parameters) -> Room | None:
    try:
        return room(recipient, basis, today, parameters)
    except Missing:
        return None


def _stated(form: Filled) -> ParameterForm:
    code, value = form.get("code"), form.get("value")
    unit = KINDS[code].unit if code in KINDS else "number"
    facts: dict[str, Any] = {name: form.get(name) for name in ("code", "scope", "source", "replaces", "reason")}
    if not value:
        raise Refused.at("value", "no value is given", "write the value", "Vpišite vrednost.")
    if unit == "bands":
        facts["bands"] = [_band(line) for line in value.splitlines() if line.strip()]
    elif unit == "share":
        facts["number"] = typed_share(value, "value")
    elif unit == "euros":
        facts["number"] = _amount(typed_amount(value, "value"))
    else:
        facts["number"] = typed_number(value, "value")
    dates: dict[str, PartialDate | None] = {
        name: typed_date(form.get(name), name) for name in ("valid_from", "valid_to")
    }
    return built(ParameterForm, {**facts, **dates})


def _amount(money: Money | None) -> Decimal | None:
    return money.amount if money else None


def _band(line: str) -> dict[str, Any]:
    match = _BAND.match(line)
    if match is None:
        raise Refused.at(
            "value",
            f"“{line.strip()}” is no band",
            "write one band a line, such as 0,90 - 0,99: 90 %",
            f"»{line.strip()}« ni razred. Vpišite enega na vrstico, na primer 0,90 - 0,99: 90 %.",
        )
    low, high, share = match.groups()
    return {
        "low": typed_number(low, "value") if low else None,
        "high": typed_number(high, "value") if high else None,
        "share": typed_share(share, "value"),
    }
