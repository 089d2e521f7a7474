"""HTTP: the council calendar, and the parameters of backward planning."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Any

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field

from kit.auth.people import Person, require
from kit.clock import now
from kit.http.commands import Commanding, Stored
from kit.http.problems import Problem
from kit.store import Work
from services.funding.applications.replanning import replan_all
from services.funding.planning.council import CouncilCalendar, Habit, Meeting
from services.funding.planning.days import Day
from services.funding.planning.parameters import NAMES, SHIPPED, DatedValue, Parameter, Parameters
from services.funding.planning.plan import Procedure
from services.funding.planning.store import COUNCIL, PARAMETERS, council_calendar, parameters_known

router = APIRouter()

Officer = Annotated[Person, require("funding-officer", "coordinator")]


class CalendarForm(BaseModel):
    """The whole calendar. What is left out is empty: there is no meeting that is not named here."""

    model_config = ConfigDict(extra="forbid")
    meetings: list[Meeting] = Field(default=[], max_length=500)
    complete_until: Day | None = None
    habit: Habit | None = None


class ParameterForm(BaseModel):
    """Every dated value of one parameter."""

    model_config = ConfigDict(extra="forbid")
    values: list[DatedValue] = Field(min_length=1, max_length=100)


@router.get("/planning/council", summary="When the council meets: known dates, and the habit to estimate others by.")
async def get_council(store: Stored) -> dict[str, Any]:
    return calendar_shown(await council_calendar(store.database))


@router.put("/planning/council", summary="Set the calendar; live plans and their tasks follow.")
async def put_council(form: CalendarForm, command: Commanding, officer: Officer) -> Any:
    async def change(work: Work) -> dict[str, Any]:
        calendar = await council_calendar(work.database)
        command.expect_version(calendar.version)
        return calendar_shown(await set_calendar(calendar, form, officer.user, work))

    return await command.run(change, etag=True)


@router.get("/planning/parameters", summary="Durations and thresholds: dated values with their sources.")
async def list_parameters(store: Stored) -> dict[str, Any]:
    known = await parameters_known(store.database)
    today = Parameters(known, now().date())
    return {"items": [parameter_shown(each, today) for each in known.values()], "next": None}


@router.put("/planning/parameters/{code}", summary="Set every dated value of one parameter.")
async def put_parameter(code: str, form: ParameterForm, command: Commanding, officer: Officer) -> Any:
    async def change(work: Work) -> dict[str, Any]:
        parameter = (await parameters_known(work.database)).get(code)
        if parameter is None:
            raise Problem(404, f"there is no parameter {code}; there are {', '.join(SHIPPED)}")
        command.expect_version(parameter.version)
        stored = await set_parameter(parameter, form.values, officer.user, work)
        return parameter_shown(stored, Parameters({code: stored}, work.now.date()))

    return await command.run(change, etag=True)


async def set_calendar(calendar: CouncilCalendar, form: CalendarForm, by: str, work: Work) -> CouncilCalendar:
    """Store the calendar. Raises Problem for a date named twice."""
    days = [meeting.on for meeting in form.meetings]
    if twice := next((day for day in days if days.count(day) > 1), None):
        raise Problem.at("meetings", f"{twice.isoformat()} is named twice", "name every day once")
    meetings = sorted(form.meetings, key=lambda meeting: meeting.on)
    facts = {"meetings": meetings, "complete_until": form.complete_until, "habit": form.habit, "set_by": by}
    changed = calendar.model_copy(update=facts)
    await replan_all("council", Procedure(await parameters_known(work.database), changed), work)
    return work.save(COUNCIL, changed)


async def set_parameter(parameter: Parameter, values: list[DatedValue], by: str, work: Work) -> Parameter:
    """Store a parameter's values. Raises Problem for days that are no whole number."""
    for number, each in enumerate(values):
        if parameter.unit != "eur_with_vat" and (each.value != each.value.to_integral_value() or each.value > 3650):
            raise Problem.at(f"values.{number}.value", "a duration is a whole number of days", "write 15, for example")
    ordered = sorted(values, key=lambda each: each.valid_from)
    changed = parameter.model_copy(update={"values": ordered, "set_by": by})
    known = {**await parameters_known(work.database), parameter.code: changed}
    await replan_all("parameters", Procedure(known, await council_calendar(work.database)), work)
    return work.save(PARAMETERS, changed)


def calendar_shown(calendar: CouncilCalendar) -> dict[str, Any]:
    habit = calendar.habit.words() if calendar.habit else None
    return {**calendar.model_dump(exclude={"calendar_id"}), "habit_in_words": habit}


def parameter_shown(parameter: Parameter, today: Parameters) -> dict[str, Any]:
    holding = today.value(parameter.code)
    value: Decimal | None = holding.value if holding else None
    return {**parameter.model_dump(), "name": NAMES[parameter.code], "value_today": value}
