"""Pages: the triage board, where each new fit gets its decision with one key or one button."""

from __future__ import annotations

from typing import Annotated, Any
from urllib.parse import parse_qsl

from fastapi import APIRouter, Query, Request
from fastapi.responses import RedirectResponse
from pydantic import ValidationError

from contracts.funding.themes import THEMES
from kit.auth.people import Anybody, Person, require
from kit.clock import now
from kit.http.commands import Commanding, Stored
from kit.http.problems import FieldError, Problem
from kit.store import Work
from kit.web.links import local_path, with_param
from services.funding.matches import StoredMatch
from services.funding.triage import commands, reading
from services.funding.triage.api import DecisionForm, decision_of
from services.funding.triage.board import STATES, WITHIN, Wanted
from services.funding.triage.reasons import REASONS

router = APIRouter()

Officer = Annotated[Person, require("funding-officer", "coordinator")]
NEW_APPLICATION = "/funding/applications/new"


def wanted(state: str = "new", lead: str = "", theme: str = "", source: str = "", within: str = "") -> Wanted:
    days = int(within) if within.isdecimal() and int(within) in WITHIN else 0
    return Wanted(state if state in STATES else "new", lead, theme, source, days)


@router.get("/funding")
async def show_board(
    request: Request,
    store: Stored,
    person: Anybody,
    state: str = "new",
    lead: str = "",
    theme: str = "",
    source: str = "",
    within: str = "",
    after: str | None = None,
    done: Annotated[str, Query(max_length=4000)] = "",
) -> Any:
    asked = wanted(state, lead, theme, source, within)
    return await _draw(request, store, person, asked, after=after, done=done.split(",") if done else [])


@router.post("/funding/decide")
async def decide(request: Request, command: Commanding, officer: Officer) -> Any:
    """A decision from the board; with something missing the board is shown again, the form open and filled in."""
    typed = await request.form()
    match_ids, back = [str(each) for each in typed.getlist("match")], local_path(str(typed.get("back", "")), "/funding")
    values = {name: str(typed.get(name, "")).strip() for name in ("choice", "reason_code", "words", "department")}
    values["remind_on"] = str(typed.get("remind_on", "")).strip()

    async def change(work: Work) -> list[StoredMatch]:
        if not match_ids:
            raise Problem.at("match", "no activity is ticked", "tick the activities you decide for")
        return await commands.decide(match_ids, decision_of(_form(values), officer, work), work)

    try:
        matches = await command.store.transact(change, actor=officer.user)
    except Problem as problem:
        if problem.status != 422:
            raise
        wrong = {**values, "call": str(typed.get("call", "")), "matches": match_ids, "errors": problem.errors}
        return await _draw(request, command.store, officer, _asked_in(back), wrong=wrong)
    if values["choice"] == "apply":
        return RedirectResponse(with_param(NEW_APPLICATION, match=matches[0].match_id), 303)
    done = ",".join(each.match_id for each in matches)
    return RedirectResponse(with_param(back, done=done, after=None), 303)


@router.post("/funding/undo")
async def undo(request: Request, command: Commanding, officer: Officer) -> Any:
    typed = await request.form()
    match_ids, back = [str(each) for each in typed.getlist("match")], local_path(str(typed.get("back", "")), "/funding")

    async def change(work: Work) -> list[StoredMatch]:
        return await commands.undo(match_ids, officer.user, work)

    await command.store.transact(change, actor=officer.user)
    return RedirectResponse(with_param(back, done=None), 303)


def _form(values: dict[str, str]) -> DecisionForm:
    """Raises Problem for a choice there is none of, or a day that is written otherwise."""
    try:
        return DecisionForm.model_validate({name: value or None for name, value in values.items()})
    except ValidationError as error:
        fields = [str(each["loc"][0]) for each in error.errors()]
        errors = [FieldError(field, "this cannot be read", "choose or write it anew") for field in fields]
        raise Problem(422, "the decision cannot be read", errors) from None


def _asked_in(address: str) -> Wanted:
    asked = dict(parse_qsl(address.partition("?")[2]))
    return wanted(**{name: asked[name] for name in ("state", "lead", "theme", "source", "within") if name in asked})


async def _draw(
    request: Request,
    store: Any,
    person: Person | None,
    asked: Wanted,
    *,
    after: str | None = None,
    done: list[str] | None = None,
    wrong: dict[str, Any] | None = None,
) -> Any:
    moment = now()
    return request.app.state.pages.render(
        request,
        "funding/triage/board.html",
        status=422 if wrong else 200,
        board=await reading.board(store, asked, after, moment),
        wanted=asked,
        states=STATES,
        within=WITHIN,
        reasons=REASONS,
        themes=THEMES,
        done=await reading.decided(store, done) if done else [],
        wrong=wrong,
        may_decide=person is not None and person.may("funding-officer", "coordinator"),
        now=moment,
    )
