"""Pages: the financing of a project, its rows and years, and the form that states it."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from fastapi.responses import RedirectResponse

from kit.auth.people import Person, require
from kit.http.commands import Commanding, Stored
from kit.http.problems import Problem
from kit.store import Store, Work
from services.funding.ledger import arranging
from services.funding.ledger.api import loaded
from services.funding.ledger.filled_in import Filled, attempt, built, filled
from services.funding.ledger.financing import Financing, FinancingForm
from services.funding.ledger.refusal import Mistake, Refused
from services.funding.ledger.row_rules import SOURCES
from services.funding.ledger.store import FINANCINGS
from services.funding.ledger.summary import money_of
from services.funding.ledger.typed import typed_amount, typed_date, typed_share

router = APIRouter()

Officer = Annotated[Person, require("funding-officer", "coordinator")]
SignedIn = Annotated[Person, require()]

COSTS, ROWS = 3, 5
MOST_COSTS = 40
_COST = ("name", "net", "vat_amount", "vat_recoverable", "paid", "cost_id")
_ROW = ("source", "fund_id", "rate", "amount")


@router.get("/funding/ledger/financings/new")
async def new_financing(
    request: Request,
    officer: Officer,
    application: str = "",
    call: str = "",
    costs: Annotated[int, Query(ge=1, le=MOST_COSTS)] = COSTS,
) -> Any:
    typed = {"application_id": application, "call_id": call, "rows.0.source": "eu", "rows.1.source": "own"}
    return _form(request, Filled(typed), costs)


@router.post("/funding/ledger/financings/new")
async def set_up(request: Request, command: Commanding, officer: Officer) -> Any:
    form = await filled(request)
    costs = [
        number
        for number in range(MOST_COSTS)
        if form.get(f"costs.{number}.name") or form.get(f"costs.{number}.cost_id")
    ]
    rows = [number for number in range(ROWS) if form.get(f"rows.{number}.source")]

    async def change(work: Work) -> Financing:
        try:
            return await arranging.set_financing(_stated(form, costs, rows), None, work)
        except Refused as refused:
            raise Refused([_on_the_form(each, costs, rows) for each in refused.mistakes]) from None

    financing = await attempt(form, request, command, officer, change)
    if financing is None:
        return _form(request, form, max(COSTS, *(number + 1 for number in costs or [0])))
    return RedirectResponse(f"/funding/ledger/financings/{financing.financing_id}", 303)


@router.get("/funding/ledger/financings/{financing_id}")
async def financing_page(request: Request, financing_id: str, store: Stored, person: SignedIn) -> Any:
    return await _page(request, financing_id, store, person, Filled())


@router.post("/funding/ledger/financings/{financing_id}/drop")
async def drop(request: Request, financing_id: str, command: Commanding, officer: Officer) -> Any:
    form = await filled(request)

    async def change(work: Work) -> Financing:
        if not form.get("reason"):
            raise Refused.at("reason", "no reason is given", "say why it is given up", "Napišite razlog.")
        return await arranging.drop_financing(await loaded(FINANCINGS, financing_id, work), form.get("reason"), work)

    if await attempt(form, request, command, officer, change) is None:
        return await _page(request, financing_id, command.store, officer, form)
    return RedirectResponse("/funding/ledger", 303)


async def _page(request: Request, financing_id: str, store: Store, person: Person, form: Filled) -> Any:
    found = await money_of(store.database, financing_id=financing_id)
    if not found:
        raise Problem(404, f"there is no financing {financing_id}")
    return request.app.state.pages.render(
        request,
        "funding/ledger/financing.html",
        status=422 if form.mistakes else 200,
        project=found[0],
        form=form,
        may_change=person.may("funding-officer", "coordinator"),
    )


def _form(request: Request, form: Filled, costs: int) -> Any:
    return request.app.state.pages.render(
        request,
        "funding/ledger/new_financing.html",
        status=422 if form.mistakes else 200,
        form=form,
        costs=costs,
        rows=ROWS,
        sources=SOURCES,
    )


def _stated(form: Filled, costs: list[int], rows: list[int]) -> FinancingForm:
    """The form as the ledger takes it; rows and costs that were left empty are not there."""
    return built(
        FinancingForm,
        {
            **{name: form.get(name) for name in ("title", "application_id", "call_id")},
            "as_of": typed_date(form.get("as_of"), "as_of"),
            "costs": [_cost(form, f"costs.{number}", index) for index, number in enumerate(costs)],
            "rows": [_row(form, f"rows.{number}", index) for index, number in enumerate(rows)],
        },
    )


def _cost(form: Filled, place: str, index: int) -> dict[str, Any]:
    typed = {name: form.get(f"{place}.{name}") for name in _COST}
    facts: dict[str, Any] = {name: typed[name] for name in ("name", "cost_id") if typed[name]}
    for name in ("net", "vat_amount"):
        if (amount := typed_amount(typed[name], f"costs.{index}.{name}")) is not None:
            facts[name] = amount
    if typed["vat_recoverable"]:
        facts["vat_recoverable"] = typed["vat_recoverable"] == "yes"
    if (paid := typed_date(typed["paid"], f"costs.{index}.paid")) is not None:
        facts["paid"] = paid
    return facts


def _row(form: Filled, place: str, index: int) -> dict[str, Any]:
    typed = {name: form.get(f"{place}.{name}") for name in _ROW}
    by_coefficient = typed["source"] == "state_by_coefficient"
    return {
        "source": "state" if by_coefficient else typed["source"],
        "fund_id": typed["fund_id"] or None,
        "rate": typed_share(typed["rate"], f"rows.{index}.rate"),
        "amount": typed_amount(typed["amount"], f"rows.{index}.amount"),
        "by_coefficient": by_coefficient,
    }


def _on_the_form(mistake: Mistake, costs: list[int], rows: list[int]) -> Mistake:
    """The mistake at the place where its field stands on the page."""
    kind, _, rest = mistake.field.partition(".")
    numbers = {"costs": costs, "rows": rows}.get(kind)
    if kind in {"development_coefficient", "state_share_bands"}:
        return Mistake("rows", mistake.message, mistake.mend, mistake.sl)
    if numbers is None or not rest:
        return mistake
    index, _, name = rest.partition(".")
    place = numbers[int(index)] if index.isdigit() and int(index) < len(numbers) else 0
    name = name.removesuffix(".amount") if name.endswith(".amount") else name
    shown = f"{kind}.{place}.{name or {'costs': 'name', 'rows': 'source'}[kind]}"
    return Mistake(shown, mistake.message, mistake.mend, mistake.sl)
