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
from services.funding.offers import LJUBLJANA
from services.funding.planning.api import CalendarForm, ParameterForm, set_calendar, set_parameter
from services.funding.planning.council import CouncilCalendar
from services.funding.planning.parameters import NAMES, Parameter, Parameters
from services.funding.planning.store import council_calendar, parameters_known

router = APIRouter()

Officer = Annotated[Person, require("funding-officer", "coordinator")]
SignedIn = Annotated[Person, require()]
Mistakes = list[tuple[str, LocalText]]
_A_DAY = LocalText(sl="Vpišite dan, na primer 2027-03-25", en="Write the day, such as 2027-03-25")
_TWICE = LocalText(sl="Ta dan je že vpisan", en="This day is in the calendar already")
_A_VALUE = LocalText(
    sl="Vpišite celo število dni ali znesek, dan začetka veljavnosti in vir",
    en="Write a whole number of days or an amount, the day it begins to hold, and its source",
)


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
    today = Parameters(known, _today())
    return request.app.state.pages.render(
        request,
        "funding/planning/parameters.html",
        parameters=[(each, today.value(each.code)) for each in known.values()],
        names=NAMES,
        may_edit=_may_edit(person),
        today=_today(),
    )


@router.get("/funding/planning/{code}")
async def parameter_page(request: Request, code: str, store: Stored, officer: Officer) -> Any:
    return _parameter(request, await _known(code, store), {"valid_from": _today().isoformat()}, [])


@router.post("/funding/planning/{code}")
async def change_parameter(request: Request, code: str, command: Commanding, officer: Officer) -> Any:
    """Add a value that holds from a day on; the one before ends with the day before."""
    typed = {name: str(value).strip()[:500] for name, value in (await request.form()).items()}
    value = {name: typed.get(name) or None for name in ("valid_from", "valid_until", "value", "source")}

    async def change(work: Work) -> None:
        parameter = (await parameters_known(work.database))[code]
        kept = [each for each in parameter.values if each.valid_from.isoformat() != value["valid_from"]]
        form = ParameterForm.model_validate({"values": [*(each.model_dump() for each in kept), value]})
        await set_parameter(parameter, form.values, officer.user, work)

    parameter = await _known(code, command.store)
    try:
        await command.store.transact(change, actor=officer.user)
    except (ValidationError, Problem):
        return _parameter(request, parameter, typed, [("value", _A_VALUE)])
    return RedirectResponse("/funding/planning", 303)


def _calendar(calendar: CouncilCalendar, typed: dict[str, str]) -> CalendarForm:
    """The calendar with what one of the page's forms asks for. Raises pydantic's ValidationError."""
    facts: dict[str, Any] = calendar.model_dump(include={"meetings", "complete_until", "habit"})
    match typed.get("action"):
        case "add":
            meeting = {
                "on": typed.get("on"),
                "kind": typed.get("kind") or "ordinary",
                "note": typed.get("note") or None,
            }
            facts["meetings"] = [*facts["meetings"], meeting]
        case "remove":
            facts["meetings"] = [each for each in facts["meetings"] if each["on"] != typed.get("on")]
        case "habit":
            facts["habit"] = _habit(typed) if typed.get("weekday") and typed.get("place") else None
            facts["complete_until"] = typed.get("complete_until") or None
    return CalendarForm.model_validate(facts)


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


def _parameter(request: Request, parameter: Parameter, typed: dict[str, str], mistakes: Mistakes) -> Any:
    return request.app.state.pages.render(
        request,
        "funding/planning/parameter.html",
        status=422 if mistakes else 200,
        parameter=parameter,
        called=NAMES[parameter.code],
        typed=typed,
        mistakes=mistakes,
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
