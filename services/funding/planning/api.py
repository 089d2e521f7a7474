"""HTTP: the council calendar, and the durations and thresholds of backward planning."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field

from kit.auth.people import Anybody, Person, require
from kit.clock import now
from kit.http.commands import Commanding, Stored
from kit.http.problems import Problem
from kit.store import Work
from services.funding.applications.replanning import replan_all
from services.funding.offers import LJUBLJANA
from services.funding.parameter_kinds import KINDS
from services.funding.parameters import Parameter
from services.funding.parameters_shown import shown
from services.funding.planning.council import CouncilCalendar, Habit, Meeting
from services.funding.planning.days import Day
from services.funding.planning.parameters import OnDay
from services.funding.planning.plan import Procedure
from services.funding.planning.store import COUNCIL, council_calendar, parameters_known

router = APIRouter()

Officer = Annotated[Person, require("funding-officer", "coordinator")]


class CalendarForm(BaseModel):
    """The whole calendar. What is left out is empty: there is no meeting that is not named here."""

    model_config = ConfigDict(extra="forbid")
    meetings: list[Meeting] = Field(default=[], max_length=500)
    complete_until: Day | None = None
    habit: Habit | None = None


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


@router.get(
    "/planning/parameters",
    summary="Durations and thresholds with their value today; record one under /api/funding/ledger/parameters.",
)
async def list_parameters(store: Stored, person: Anybody) -> dict[str, Any]:
    known = await parameters_known(store.database)
    today = OnDay(known, now().astimezone(LJUBLJANA).date())
    return {"items": [parameter_shown(each, today, person) for each in known.values()], "next": None}


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


def calendar_shown(calendar: CouncilCalendar) -> dict[str, Any]:
    habit = calendar.habit.words() if calendar.habit else None
    return {**calendar.model_dump(exclude={"calendar_id"}), "habit_in_words": habit}


def parameter_shown(parameter: Parameter, today: OnDay, person: Person | None) -> dict[str, Any]:
    kind = KINDS[parameter.code]
    facts = {"name": kind.title, "unit": kind.unit, "value_today": today.number(parameter.code)}
    return {**shown(parameter, person), **facts}
