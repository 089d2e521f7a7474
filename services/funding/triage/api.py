"""HTTP: fits with what was decided about them, deciding and taking it back, and why any other pair does not fit."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field

from contracts.values import PartialDate
from kit.auth.people import Person, require
from kit.clock import now
from kit.http.commands import Commanding, Stored
from kit.http.paging import Paging, page_of
from kit.http.problems import Problem
from kit.store import Work
from services.funding import why
from services.funding.matches import StoredMatch
from services.funding.store import CALLS, MATCHES, VERDICTS
from services.funding.triage import commands
from services.funding.triage.decisions import WORDS, Choice, Decision
from services.funding.triage.reasons import REASONS

router = APIRouter()

Officer = Annotated[Person, require("funding-officer", "coordinator")]


class DecisionForm(BaseModel):
    """What to do with a fit. not_for_us asks for `reason_code`, hand_over for `department`, remind_me for a day."""

    model_config = ConfigDict(extra="forbid")
    choice: Choice
    reason_code: str | None = Field(default=None, description=f"One of {', '.join(REASONS)}.")
    words: str | None = Field(default=None, max_length=WORDS)
    department: str | None = Field(default=None, max_length=200)
    remind_on: str | None = Field(
        default=None, pattern=r"^\d{4}-\d{2}-\d{2}$", description="A day to come: 2027-01-15."
    )


class CallDecisionForm(DecisionForm):
    """The same decision for several fits of one call; without `matches`, for all that nobody has decided on."""

    matches: list[str] = Field(default=[], max_length=200)


def match_shown(stored: StoredMatch) -> dict[str, Any]:
    return {"id": stored.match_id, **stored.model_dump(exclude={"match_id"})}


def decision_of(form: DecisionForm, person: Person, work: Work) -> Decision:
    """What the form says, by whom and when. Raises Problem for a day that does not exist."""
    try:
        remind_on = PartialDate(value=form.remind_on) if form.remind_on else None
    except ValueError:
        raise Problem.at("remind_on", f"{form.remind_on} is no day", "write it as 2027-01-15") from None
    clean = {name: (getattr(form, name) or "").strip() or None for name in ("reason_code", "words", "department")}
    return Decision(choice=form.choice, by=person.user, at=work.now, remind_on=remind_on, **clean)


@router.get("/matches", summary="How calls fit activities; `fits=false` with a call works out why the others do not.")
async def list_matches(
    store: Stored,
    page: Paging,
    call: str | None = None,
    activity: str | None = None,
    fits: bool = True,
    decision: Annotated[str | None, Query(description="A decision's code, or none.")] = None,
) -> dict[str, Any]:
    if not fits and call is not None and activity is None:
        return await _silent(call, store, page)
    wanted = {"call_id": call, "activity_id": activity, "decision.choice": decision if decision != "none" else None}
    query = {"fits": fits, **{name: value for name, value in wanted.items() if value is not None}}
    if decision == "none":
        query["decision"] = None
    return await page_of(store[MATCHES], query, page, lambda document: match_shown(MATCHES.to_aggregate(document)))


async def _silent(call_id: str, store: Any, page: Any) -> dict[str, Any]:
    document = await store[CALLS].find_one({"_id": call_id})
    if document is None:
        raise Problem(404, f"there is no call {call_id}")
    found = await why.others(CALLS.to_aggregate(document), store, now(), after=page.after, limit=page.limit + 1)
    items = found[: page.limit]
    return {
        "items": [match_shown(each) for each in items],
        "next": items[-1].activity_id if len(found) > page.limit else None,
    }


@router.get("/why", summary="Why one call fits one activity, or does not, as both stand now.")
async def get_why(store: Stored, call: str, activity: str) -> dict[str, Any]:
    found = await why.pair(call, activity, store, now())
    if found is None:
        raise Problem(404, f"either call {call} or activity {activity} is not known here")
    return match_shown(found)


@router.get(
    "/calls/{call_id}/verdict", summary="How many activities a call was held against, and why others fell silent."
)
async def get_verdict(call_id: str, store: Stored) -> dict[str, Any]:
    document = await store[VERDICTS].find_one({"_id": call_id})
    if document is None:
        raise Problem(404, f"call {call_id} was not held against the plan yet")
    fits = await store[MATCHES].count_documents({"call_id": call_id, "fits": True})
    verdict = VERDICTS.to_aggregate(document)
    return {"fits": fits, **verdict.model_dump(include={"call_id", "call_version", "shut", "silences", "judged_at"})}


@router.get("/decision-reasons", summary="Why a call may be not for us: codes and words.")
async def list_reasons() -> dict[str, Any]:
    return {"items": [{"code": code, **why.words.model_dump()} for code, why in REASONS.items()], "next": None}


@router.get("/matches/{match_id}", summary="One fit, with its reasons and every decision on it.")
async def get_match(match_id: str, store: Stored) -> dict[str, Any]:
    document = await store[MATCHES].find_one({"_id": match_id})
    if document is None:
        raise Problem(404, f"there is no match {match_id}")
    return match_shown(MATCHES.to_aggregate(document))


@router.post("/matches/{match_id}/decision", summary="Apply, not for us, hand over, or remind me.")
async def post_decision(match_id: str, form: DecisionForm, command: Commanding, officer: Officer) -> Any:
    async def change(work: Work) -> dict[str, Any]:
        (decided,) = await commands.decide([match_id], decision_of(form, officer, work), work)
        return match_shown(decided)

    return await command.run(change, etag=True)


@router.delete("/matches/{match_id}/decision", summary="Take a decision back.")
async def delete_decision(match_id: str, command: Commanding, officer: Officer) -> Any:
    async def change(work: Work) -> dict[str, Any]:
        (undone,) = await commands.undo([match_id], officer.user, work)
        return match_shown(undone)

    return await command.run(change, etag=True)


@router.post(
    "/calls/{call_id}/decision", summary="The same decision for several fits of a call, or all undecided ones."
)
async def post_call_decision(call_id: str, form: CallDecisionForm, command: Commanding, officer: Officer) -> Any:
    async def change(work: Work) -> dict[str, Any]:
        fits = form.matches or await commands.open_fits(call_id, work)
        if not fits:
            raise Problem(409, f"call {call_id} has no fit that waits for a decision")
        decided = await commands.decide(fits, decision_of(form, officer, work), work)
        return {"items": [match_shown(each) for each in decided]}

    return await command.run(change)
