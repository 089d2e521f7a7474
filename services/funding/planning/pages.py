"""Pages: the council calendar, and the durations and thresholds plans are made with."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse
from pydantic import ValidationError

from contracts.values import LocalText
from kit.auth.people import Person, require
from kit.clock import now
from kit.http.commands import Commanding, Stored
from kit.http.problems import Problem
from kit.store import Store, Work
from services.funding.ledger.arranging import record_parameter
from services.funding.ledger.filled_in import Filled, attempt, built, filled
from services.funding.ledger.refusal import Refused
from services.funding.ledger.typed import typed_amount, typed_date, typed_number
from services.funding.offers import LJUBLJANA
from services.funding.parameter_kinds import KINDS
from services.funding.parameters import Parameter, ParameterForm
from services.funding.planning.api import CalendarForm, set_calendar
from services.funding.planning.council import CouncilCalendar
from services.funding.planning.parameters import OnDay
from services.funding.planning.store import council_calendar, parameters_known

router = APIRouter()

Officer = Annotated[Person, require("funding-officer", "coordinator")]
SignedIn = Annotated[Person, require()]
Mistakes = list[tuple[str, LocalText]]
_A_DAY = LocalText(sl="Vpišite dan, na primer 25. 3. 2027", en="Write the day, such as 25. 3. 2027")
_TWICE = LocalText(sl="Ta dan je že vpisan", en="This day is in the calendar already")


@router.get("/funding/council")
async def council_page(request: Request, store: Stored, person: SignedIn) -> Any:
    return await _council(request, store, person, {}, [])


@router.post("/funding/council")
async def change_council(request: Request, command: Commanding, officer: Officer) -> Any:
    """One of three forms: add a meeting, remove one, or set the habit and how far the calendar is complete."""
    typed = {name: str(value).strip()[:300] for name, value in (await request.form()).items()}

    async def change(work: Work) -> None:
        calendar = await council_calendar(work.database)
        await set_calendar(calendar, _calendar(calendar, typed), officer.user, work)

    try:
        await command.store.transact(change, actor=officer.user)
    except Problem:
        return await _council(request, command.store, officer, typed, [("on", _TWICE)])
    except ValidationError as wrong:
        field = str(wrong.errors()[0]["loc"][0])
        place = "on" if field in {"meetings", "on"} else "complete_until"
        return await _council(request, command.store, officer, typed, [(place, _A_DAY)])
    return RedirectResponse("/funding/council", 303)


@router.get("/funding/planning")
async def parameters_page(request: Request, store: Stored, person: SignedIn) -> Any:
    known = await parameters_known(store.database)
    today = OnDay(known, _today())
    return request.app.state.pages.render(
        request,
        "funding/planning/parameters.html",
        parameters=[(each, KINDS[each.code], today.value(each.code)) for each in known.values()],
        may_edit=_may_edit(person),
        today=_today(),
    )


@router.get("/funding/planning/{code}")
async def parameter_page(request: Request, code: str, store: Stored, officer: Officer) -> Any:
    return _parameter(request, await _known(code, store), Filled({"valid_from": _today().isoformat()}))


@router.post("/funding/planning/{code}")
async def change_parameter(request: Request, code: str, command: Commanding, officer: Officer) -> Any:
    """Record a value that holds from a day on; one that began on that very day is replaced, with a reason."""
    parameter, form = await _known(code, command.store), await filled(request)

    async def change(work: Work) -> Parameter:
        return await record_parameter(_stated(parameter, form), work)

    if await attempt(form, request, command, officer, change) is None:
        return _parameter(request, parameter, form)
    return RedirectResponse("/funding/planning", 303)


def _stated(parameter: Parameter, form: Filled) -> ParameterForm:
    text, begins = form.get("value"), typed_date(form.get("valid_from"), "valid_from")
    if not text:
        raise Refused.at("value", "no value is given", "write the value", "Vpišite vrednost.")
    amount = typed_amount(text, "value") if KINDS[parameter.code].unit == "euros_with_vat" else None
    same_day = (each.value_id for each in parameter.standing if begins and each.first == begins.first_day())
    facts = {
        "code": parameter.code,
        "number": amount.amount if amount else typed_number(text, "value"),
        "valid_from": begins,
        "valid_to": typed_date(form.get("valid_to"), "valid_to"),
        "source": form.get("source"),
        "replaces": next(same_day, None),
        "reason": form.get("reason"),
    }
    return built(ParameterForm, facts)


def _calendar(calendar: CouncilCalendar, typed: dict[str, str]) -> CalendarForm:
    """The calendar with what one of the page's forms asks for. Raises pydantic's ValidationError."""
    facts: dict[str, Any] = calendar.model_dump(include={"meetings", "complete_until", "habit"})
    match typed.get("action"):
        case "add":
            meeting = {
                "on": _day(typed.get("on", "")),
                "kind": typed.get("kind") or "ordinary",
                "note": typed.get("note") or None,
            }
            facts["meetings"] = [*facts["meetings"], meeting]
        case "remove":
            facts["meetings"] = [each for each in facts["meetings"] if each["on"] != typed.get("on")]
        case "habit":
            facts["habit"] = _habit(typed) if typed.get("weekday") and typed.get("place") else None
            facts["complete_until"] = _day(typed.get("complete_until", "")) or None
    return CalendarForm.model_validate(facts)


def _day(text: str) -> str:
    """'25. 3. 2027' as a program writes it; what is no day stays as it is, and the calendar refuses it."""
    try:
        day = typed_date(text, "on")
    except Refused:
        return text
    return day.value if day else ""


def _habit(typed: dict[str, str]) -> dict[str, Any]:
    place = typed["place"]
    months = typed.get("months_off", "").replace(",", " ").split()
    known_place: Any = int(place) if place.lstrip("-").isdecimal() else place
    return {"weekday": typed["weekday"], "place": known_place, "months_off": months}


async def _council(request: Request, store: Store, person: Person, typed: dict[str, str], mistakes: Mistakes) -> Any:
    calendar = await council_calendar(store.database)
    day, ahead = _today(), []
    for _ in range(12):
        sitting = calendar.next_after(day)
        if sitting is None:
            break
        ahead.append(sitting)
        day = sitting.on
    return request.app.state.pages.render(
        request,
        "funding/planning/council.html",
        status=422 if mistakes else 200,
        calendar=calendar,
        ahead=ahead,
        notes={meeting.on: meeting for meeting in calendar.meetings},
        past=[meeting for meeting in reversed(calendar.meetings) if meeting.on <= _today()][:12],
        typed=typed,
        mistakes=mistakes,
        may_edit=_may_edit(person),
        now=now(),
    )


def _parameter(request: Request, parameter: Parameter, form: Filled) -> Any:
    return request.app.state.pages.render(
        request,
        "funding/planning/parameter.html",
        status=422 if form.mistakes else 200,
        parameter=parameter,
        kind=KINDS[parameter.code],
        form=form,
    )


async def _known(code: str, store: Store) -> Parameter:
    parameter = (await parameters_known(store.database)).get(code)
    if parameter is None:
        raise Problem(404, f"there is no parameter {code}")
    return parameter


def _may_edit(person: Person) -> bool:
    return person.may("funding-officer", "coordinator")


def _today() -> date:
    return now().astimezone(LJUBLJANA).date()
