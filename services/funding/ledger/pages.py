"""Pages: the ledger by year, one budget line with what is kept on it, and taking lines in."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse
from starlette.datastructures import UploadFile

from contracts.values import Money
from kit.auth.people import Person, require
from kit.http.commands import Commanding, Now, Stored
from kit.http.problems import Problem
from kit.store import Store, Work
from services.funding.ledger import financing_pages, keeping, parameter_pages
from services.funding.ledger.api import loaded, year_in
from services.funding.ledger.budget import BudgetLine, LineForm
from services.funding.ledger.budget_csv import read_lines
from services.funding.ledger.filled_in import Filled, attempt, built, filled
from services.funding.ledger.forms import AmountForm, Part, ReservationForm, StepForm
from services.funding.ledger.refusal import Mistake, Refused
from services.funding.ledger.store import LINES, financings_in, lines_in
from services.funding.ledger.summary import cash_of_all
from services.funding.ledger.typed import typed_amount
from services.funding.ledger.year_csv import as_csv
from services.funding.offers import LJUBLJANA

router = APIRouter()
router.include_router(financing_pages.router)
router.include_router(parameter_pages.router)

Officer = Annotated[Person, require("funding-officer", "coordinator")]
SignedIn = Annotated[Person, require()]


@router.get("/funding/ledger")
async def ledger_page(request: Request, store: Stored, person: SignedIn, now: Now, year: int | None = None) -> Any:
    return await _ledger(request, store, person, now, year, Filled(), [])


@router.get("/funding/ledger.csv")
async def ledger_csv(store: Stored, person: SignedIn, now: Now, year: int | None = None) -> Response:
    wanted = year or now.astimezone(LJUBLJANA).year
    headers = {
        "Content-Disposition": f'attachment; filename="ledger-{wanted}.csv"',
        "Cache-Control": "private, no-cache",
    }
    return Response(
        as_csv(await year_in(store.database, wanted)), media_type="text/csv; charset=utf-8", headers=headers
    )


@router.post("/funding/ledger/import")
async def import_page(request: Request, command: Commanding, officer: Officer, now: Now) -> Any:
    async with request.form(max_files=1) as sent:
        file = sent.get("file")
        body = await file.read() if isinstance(file, UploadFile) else b""
    form, rejected = Filled(), []

    async def change(work: Work) -> list[Mistake]:
        sheet = read_lines(body)
        await keeping.import_lines(sheet.lines, work)
        return sheet.rejected

    done = await attempt(form, request, command, officer, change)
    rejected = done or []
    if done == []:
        return RedirectResponse("/funding/ledger", 303)
    return await _ledger(request, command.store, officer, now, None, form, rejected)


@router.get("/funding/ledger/lines/new")
async def new_line(request: Request, officer: Officer) -> Any:
    return _line_form(request, Filled())


@router.post("/funding/ledger/lines/new")
async def add_line(request: Request, command: Commanding, officer: Officer) -> Any:
    form = await filled(request)

    async def change(work: Work) -> BudgetLine:
        names = ("budget_code", "nrp_item", "name", "year", "source_document")
        facts = {name: form.get(name) for name in names}
        amount = typed_amount(form.get("amount"), "amount")
        return await keeping.add_line(built(LineForm, {**facts, "amount": amount}), work)

    line = await attempt(form, request, command, officer, change)
    return _line_form(request, form) if line is None else _to_line(line.line_id)


@router.get("/funding/ledger/lines/{line_id}")
async def line_page(request: Request, line_id: str, store: Stored, person: SignedIn) -> Any:
    return await _line(request, line_id, store, person, Filled())


@router.post("/funding/ledger/lines/{line_id}/reserve")
async def reserve(request: Request, line_id: str, command: Commanding, officer: Officer) -> Any:
    form = await filled(request)

    async def change(work: Work) -> Any:
        amount = typed_amount(form.get("amount"), "amount")
        part = Part(line_id=line_id, amount=amount)
        facts = {name: form.get(name) for name in ("title", "financing_id", "state")}
        try:
            return await keeping.keep(built(ReservationForm, {**facts, "parts": [part]}), work)
        except Refused as refused:
            raise Refused([_on_the_form(each) for each in refused.mistakes]) from None

    return await _line_changed(request, line_id, command, officer, form, change)


@router.post("/funding/ledger/lines/{line_id}/reservations/{reservation_id}/{step}")
async def step(
    request: Request, line_id: str, reservation_id: str, step: keeping.Move, command: Commanding, officer: Officer
) -> Any:
    form = await filled(request)

    async def change(work: Work) -> Any:
        amount = typed_amount(form.get("amount"), "amount")
        return await keeping.move(reservation_id, step, StepForm(amount=amount, note=form.get("note") or None), work)

    return await _line_changed(request, line_id, command, officer, form, change)


@router.post("/funding/ledger/lines/{line_id}/amount")
async def change_amount(request: Request, line_id: str, command: Commanding, officer: Officer) -> Any:
    form = await filled(request)

    async def change(work: Work) -> Any:
        line = await loaded(LINES, line_id, work)
        facts = {"amount": typed_amount(form.get("new_amount"), "amount"), "decided_by": form.get("decided_by")}
        try:
            return await keeping.change_amount(
                line, built(AmountForm, {**facts, "document": form.get("document")}), work
            )
        except Refused as refused:
            renamed = [Mistake("new_amount" if each.field == "amount" else each.field, each.message, each.mend, each.sl)
                       for each in refused.mistakes]  # fmt: skip
            raise Refused(renamed) from None

    return await _line_changed(request, line_id, command, officer, form, change)


async def _ledger(
    request: Request,
    store: Store,
    person: Person,
    now: datetime,
    year: int | None,
    form: Filled,
    rejected: list[Mistake],
) -> Any:
    wanted = year or now.astimezone(LJUBLJANA).year
    years = sorted({*await store[LINES].distinct("year"), now.astimezone(LJUBLJANA).year, wanted})
    cash, lacking = await cash_of_all(store.database)
    return request.app.state.pages.render(
        request,
        "funding/ledger/ledger.html",
        status=422 if form.mistakes else 200,
        seen=await year_in(store.database, wanted),
        years=years,
        cash=cash,
        lacking=list(dict.fromkeys(lacking)),
        financings=await financings_in(store.database, {"dropped": None}),
        form=form,
        rejected=rejected,
        may_change=_may(person),
    )


def _line_form(request: Request, form: Filled) -> Any:
    status = 422 if form.mistakes else 200
    return request.app.state.pages.render(request, "funding/ledger/new_line.html", status=status, form=form)


async def _line(request: Request, line_id: str, store: Store, person: Person, form: Filled) -> Any:
    document = await store[LINES].find_one({"_id": line_id})
    if document is None:
        raise Problem(404, f"there is no budget line {line_id}")
    line = LINES.to_aggregate(document)
    siblings = await lines_in(store.database, {"year": line.year, "nrp_item": line.nrp_item}) if line.nrp_item else []
    return request.app.state.pages.render(
        request,
        "funding/ledger/line.html",
        status=422 if form.mistakes else 200,
        line=line,
        taken=Money(amount=line.taken(), currency=line.currency),
        siblings=[each for each in siblings if each.line_id != line_id],
        financings=await financings_in(store.database, {"dropped": None}),
        form=form,
        may_change=_may(person),
    )


async def _line_changed(
    request: Request, line_id: str, command: Commanding, officer: Person, form: Filled, change: Any
) -> Any:
    if await attempt(form, request, command, officer, change) is None:
        return await _line(request, line_id, command.store, officer, form)
    return _to_line(line_id)


def _on_the_form(mistake: Mistake) -> Mistake:
    return Mistake(mistake.field.removeprefix("parts.0."), mistake.message, mistake.mend, mistake.sl)


def _to_line(line_id: str) -> RedirectResponse:
    return RedirectResponse(f"/funding/ledger/lines/{line_id}", 303)


def _may(person: Person) -> bool:
    return person.may("funding-officer", "coordinator")
