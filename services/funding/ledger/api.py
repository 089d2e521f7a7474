"""HTTP: budget lines and reservations, one year of the ledger, financings, dated parameters, aid."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Annotated, Any, TypeVar

from fastapi import APIRouter, Body, Query
from pydantic import BaseModel, ConfigDict, Field

from contracts.values import Money
from kit.auth.people import Anybody, Person, require
from kit.http.commands import Commanding, Now, Stored
from kit.http.paging import Paging, page_of
from kit.http.problems import Problem
from kit.store import Aggregates, Work
from services.funding import parameters_shown
from services.funding.ledger import arranging, keeping
from services.funding.ledger.aid import AidForm, room
from services.funding.ledger.answers import refusals
from services.funding.ledger.budget import BudgetLine, LineForm
from services.funding.ledger.budget_csv import read_lines
from services.funding.ledger.financing import FinancingForm
from services.funding.ledger.forms import AmountForm, ReservationForm, StepForm
from services.funding.ledger.state_share import StateShare, state_share
from services.funding.ledger.store import (
    FINANCINGS,
    LINES,
    PARAMETERS,
    RECIPIENTS,
    financings_in,
    lines_in,
    parameters_in,
)
from services.funding.ledger.summary import cash_of_all, money_of
from services.funding.ledger.year import Year, year_of
from services.funding.offers import LJUBLJANA
from services.funding.parameters import ParameterForm

router = APIRouter(prefix="/ledger")

Officer = Annotated[Person, require("funding-officer", "coordinator")]
SignedIn = Annotated[Person, require()]
Csv = Annotated[bytes, Body(media_type="text/csv")]

A = TypeVar("A", bound=BaseModel)


class Reasoned(BaseModel):
    """Why something is given up."""

    model_config = ConfigDict(extra="forbid")
    reason: str = Field(min_length=3, max_length=500)


@router.get("/lines", summary="Budget lines with what is kept on them.")
async def list_lines(store: Stored, person: SignedIn, page: Paging, year: int | None = None) -> dict[str, Any]:
    return await page_of(store[LINES], {} if year is None else {"year": year}, page, _line_shown)


@router.post("/lines", status_code=201, summary="Record a budget line of one year.")
async def post_line(form: LineForm, command: Commanding, officer: Officer) -> Any:
    async def change(work: Work) -> dict[str, Any]:
        with refusals():
            return line_shown(await keeping.add_line(form, work))

    return await command.run(change, status=201, etag=True)


@router.post("/lines/import", summary="Import budget lines from a CSV file; bad rows are told, the others taken.")
async def import_lines(body: Csv, command: Commanding, officer: Officer) -> Any:
    async def change(work: Work) -> dict[str, Any]:
        with refusals():
            sheet = read_lines(body)
            done = await keeping.import_lines(sheet.lines, work)
        return {**done.model_dump(), "rejected": sheet.rejected}

    return await command.run(change)


@router.get("/lines/{line_id}", summary="One budget line with its reservations and every amount it had.")
async def get_line(line_id: str, store: Stored, person: SignedIn) -> dict[str, Any]:
    document = await store[LINES].find_one({"_id": line_id})
    if document is None:
        raise Problem(404, f"there is no budget line {line_id}")
    return _line_shown(document)


@router.get("/lines/{line_id}/verdict", summary="Who may set the line to another amount, by the NRP rule.")
async def get_verdict(line_id: str, amount: str, command: Commanding, person: SignedIn) -> Any:
    wanted = Money.model_validate({"amount": amount})

    async def ask(work: Work) -> Any:
        with refusals():
            return await keeping.verdict_on(await loaded(LINES, line_id, work), wanted, work)

    return await command.store.transact(ask)


@router.post("/lines/{line_id}/amount", summary="Another amount of a line, by the mayor's or the council's decision.")
async def post_amount(line_id: str, form: AmountForm, command: Commanding, officer: Officer) -> Any:
    async def change(work: Work) -> dict[str, Any]:
        line = await loaded(LINES, line_id, work)
        command.expect_version(line.version)
        with refusals():
            return line_shown(await keeping.change_amount(line, form, work))

    return await command.run(change, etag=True)


@router.post("/reservations", status_code=201, summary="Plan or reserve an own share on budget lines, all or nothing.")
async def post_reservation(form: ReservationForm, command: Commanding, officer: Officer) -> Any:
    async def change(work: Work) -> dict[str, Any]:
        with refusals():
            return {"items": await keeping.keep(form, work)}

    return await command.run(change, status=201)


@router.post(
    "/reservations/{reservation_id}/{step}", summary="Reserve a planned share, release it, or say it is spent."
)
async def post_step(
    reservation_id: str, step: keeping.Move, form: StepForm, command: Commanding, officer: Officer
) -> Any:
    async def change(work: Work) -> Any:
        with refusals():
            return await keeping.move(reservation_id, step, form, work)

    return await command.run(change)


@router.get("/years/{year}", summary="One year: budget, reserved, available, gap and conflicts.")
async def get_year(year: int, store: Stored, person: SignedIn) -> Year:
    return await year_in(store.database, year)


@router.get("/cash-flow", summary="Month by month over all live financings, until their claims are paid.")
async def get_cash_flow(store: Stored, person: SignedIn) -> dict[str, Any]:
    cash, lacking = await cash_of_all(store.database)
    return {"cash": cash, "lacking": lacking}


@router.get("/financings", summary="Financings; filter by application or call.")
async def list_financings(
    store: Stored, person: SignedIn, page: Paging, application: str | None = None, call: str | None = None
) -> dict[str, Any]:
    wanted = {"application_id": application, "call_id": call}
    query = {name: value for name, value in wanted.items() if value is not None}
    return await page_of(store[FINANCINGS], query, page, _showing(FINANCINGS))


@router.post("/financings", status_code=201, summary="Who pays what of a project; the rows sum to exactly 100 %.")
async def post_financing(form: FinancingForm, command: Commanding, officer: Officer) -> Any:
    async def change(work: Work) -> dict[str, Any]:
        with refusals():
            return shown(await arranging.set_financing(form, None, work), "financing_id")

    return await command.run(change, status=201, etag=True)


@router.put("/financings/{financing_id}", summary="State a financing anew.")
async def put_financing(financing_id: str, form: FinancingForm, command: Commanding, officer: Officer) -> Any:
    async def change(work: Work) -> dict[str, Any]:
        before = await loaded(FINANCINGS, financing_id, work)
        command.expect_version(before.version)
        with refusals():
            return shown(await arranging.set_financing(form, before, work), "financing_id")

    return await command.run(change, etag=True)


@router.post("/financings/{financing_id}/drop", summary="Give a financing up; its costs may be claimed by others.")
async def post_drop(financing_id: str, form: Reasoned, command: Commanding, officer: Officer) -> Any:
    async def change(work: Work) -> dict[str, Any]:
        with refusals():
            financing = await loaded(FINANCINGS, financing_id, work)
            return shown(await arranging.drop_financing(financing, form.reason, work), "financing_id")

    return await command.run(change, etag=True)


@router.get("/financings/{financing_id}", summary="One project's money: rows, own share by year, pre-financing gap.")
async def get_financing(financing_id: str, store: Stored, person: SignedIn) -> Any:
    found = await money_of(store.database, financing_id=financing_id)
    if not found:
        raise Problem(404, f"there is no financing {financing_id}")
    return found[0]


@router.get("/summary", summary="The money of an application, or of what is planned on a call.")
async def get_summary(
    store: Stored, person: SignedIn, application: str | None = None, call: str | None = None
) -> dict[str, Any]:
    if application is None and call is None:
        raise Problem.at("application", "neither an application nor a call is named", "name one of them")
    return {"items": await money_of(store.database, application_id=application, call_id=call)}


@router.get("/parameters", summary="Dated parameters with their sources and everything that was replaced.")
async def list_parameters(store: Stored, page: Paging, person: Anybody) -> dict[str, Any]:
    return await page_of(
        store[PARAMETERS], {}, page, lambda each: parameters_shown.shown(PARAMETERS.to_aggregate(each), person)
    )


@router.post("/parameters", status_code=201, summary="Record a value with its validity and source.")
async def post_parameter(form: ParameterForm, command: Commanding, officer: Officer) -> Any:
    async def change(work: Work) -> dict[str, Any]:
        with refusals():
            return parameters_shown.shown(await arranging.record_parameter(form, work), officer)

    return await command.run(change, status=201, etag=True)


@router.get("/state-share", summary="What the State pays by the development coefficient that holds on a day.")
async def get_state_share(
    store: Stored, now: Now, on: date | None = None, municipality: str | None = None
) -> StateShare:
    day = on or now.astimezone(LJUBLJANA).date()
    with refusals():
        return state_share(await parameters_in(store.database), municipality or store.municipality, day)


@router.get("/aid", summary="Undertakings and the aid they are known to have received.")
async def list_aid(store: Stored, person: SignedIn, page: Paging) -> dict[str, Any]:
    return await page_of(store[RECIPIENTS], {}, page, _showing(RECIPIENTS))


@router.post("/aid", status_code=201, summary="Record aid to an undertaking; refused beyond a ceiling.")
async def post_aid(form: AidForm, command: Commanding, officer: Officer) -> Any:
    async def change(work: Work) -> dict[str, Any]:
        with refusals():
            return shown(await arranging.grant_aid(form, work), "undertaking_id")

    return await command.run(change, status=201)


@router.get("/aid/{undertaking_id}/room", summary="What an undertaking may still be given on a day.")
async def get_room(
    undertaking_id: str,
    store: Stored,
    person: SignedIn,
    now: Now,
    on: date | None = None,
    legal_basis: Annotated[str, Query(pattern=r"^[a-z][a-z0-9_]*$")] = "de_minimis",
) -> Any:
    document = await store[RECIPIENTS].find_one({"_id": undertaking_id})
    if document is None:
        raise Problem(404, f"no aid to {undertaking_id} is recorded here")
    day = on or now.astimezone(LJUBLJANA).date()
    with refusals():
        return room(RECIPIENTS.to_aggregate(document), legal_basis, day, await parameters_in(store.database))


async def year_in(database: Any, year: int) -> Year:
    return year_of(year, await lines_in(database, {"year": year}), await financings_in(database, {"dropped": None}))


async def loaded(where: Aggregates[A], key: str, work: Work) -> A:
    found = await work.load(where, key)
    if found is None:
        raise Problem(404, f"there is nothing with the id {key} in {where.name.replace('_', ' ')}")
    return found


def line_shown(line: BudgetLine) -> dict[str, Any]:
    return {**shown(line, "line_id"), "available": line.available, "planned": line.planned()}


def _line_shown(document: dict[str, Any]) -> dict[str, Any]:
    return line_shown(LINES.to_aggregate(document))


def _showing(where: Aggregates[A]) -> Callable[[dict[str, Any]], dict[str, Any]]:
    return lambda document: shown(where.to_aggregate(document), where.key)


def shown(aggregate: BaseModel, key: str) -> dict[str, Any]:
    """An aggregate as the API shows it: `id` instead of its own name for it, amounts as exact text."""
    return {"id": getattr(aggregate, key), **aggregate.model_dump(mode="json", exclude={key})}
