"""Dead letters over HTTP: list, show, redrive, drop. For operators."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Any

from fastapi import APIRouter, Body, Depends, Query, Request
from pydantic import AwareDatetime, StringConstraints

from kit.auth.people import Person, require
from kit.bus.dead_letters import DeadLetters
from kit.bus.letter import SHORTEST_REASON, DeadLetter, Which
from kit.http.paging import Paging
from kit.http.problems import Problem

router = APIRouter(prefix="/api/dead-letters", tags=["operation"])
Operator = Annotated[Person, require("operator")]
Reason = Annotated[str, StringConstraints(strip_whitespace=True, min_length=SHORTEST_REASON), Body(embed=True)]


def letters_of(request: Request) -> DeadLetters:
    bus = request.app.state.runtime.bus
    if not bus.connected:
        why = "NATS, which keeps the dead letters, cannot be reached; nothing was changed"
        raise Problem(503, why, headers={"Retry-After": "5"})
    letters: DeadLetters = bus.dead_letters
    return letters


async def existing(request: Request, sequence: int) -> DeadLetter:
    letter = await letters_of(request).get(sequence)
    if letter is None:
        raise Problem(404, f"there is no dead letter {sequence}; it may have been redriven or dropped")
    return letter


def _which(
    handler: Annotated[str | None, Query(description="Its durable, such as funding_match_new_call.")] = None,
    service: Annotated[str | None, Query(description="Whose handler it was.")] = None,
    event: Annotated[str | None, Query(description="A type, or its beginning: funding.call.published.")] = None,
    code: Annotated[str | None, Query(description="The reason's code, such as bad_json.")] = None,
    since: Annotated[AwareDatetime | None, Query(description="Those whose last attempt was then or later.")] = None,
    dropped: Annotated[bool, Query(description="Those that were given up instead.")] = False,
) -> Which:
    return Which(handler, service, event, code, since, dropped)


def _shown(letter: DeadLetter, *, body: bool) -> dict[str, Any]:
    fields = asdict(letter) | {"type": letter.event}
    text = fields.pop("body").decode("utf-8", "backslashreplace")
    return {**fields, "event": text} if body else fields


@router.get("", summary="Dead letters, oldest first.")
async def list_dead_letters(
    request: Request, operator: Operator, which: Annotated[Which, Depends(_which)], page: Paging
) -> dict[str, Any]:
    found, following = await letters_of(request).page(which, after_number(page.after), page.limit)
    return {
        "items": [_shown(letter, body=False) for letter in found],
        "next": None if following is None else str(following),
    }


def after_number(cursor: str | None) -> int:
    if cursor is None:
        return 0
    if not cursor.isdigit():
        raise Problem.at("after", f"{cursor!r} is no cursor", "send `next` of the page before, or leave it out")
    return int(cursor)


@router.post("/redrive", status_code=202, summary="Give all events that meet a filter to their handlers once more.")
async def redrive_many(
    request: Request,
    operator: Operator,
    handler: Annotated[str | None, Body()] = None,
    service: Annotated[str | None, Body()] = None,
    event: Annotated[str | None, Body()] = None,
    code: Annotated[str | None, Body()] = None,
    since: Annotated[AwareDatetime | None, Body()] = None,
) -> dict[str, Any]:
    which = Which(handler, service, event, code, since)
    if which.anything:
        raise Problem.at("handler", "no filter was named", "send handler, service, event, code or since")
    went, refused = await letters_of(request).redrive_each(which)
    return {"redriven": went, "refused": [{"sequence": each, "reason": why} for each, why in refused.items()]}


@router.get("/{sequence}", summary="One dead letter with its event.")
async def show(request: Request, operator: Operator, sequence: int) -> dict[str, Any]:
    return _shown(await existing(request, sequence), body=True)


@router.post("/{sequence}/redrive", status_code=202, summary="Give the event to its handler once more.")
async def redrive(request: Request, operator: Operator, sequence: int) -> dict[str, Any]:
    letter = await existing(request, sequence)
    try:
        await letters_of(request).redrive(letter)
    except LookupError as error:
        raise Problem(409, str(error)) from None
    return {"redriven": sequence, "handler": letter.handler}


@router.delete("/{sequence}", summary="Give an event up, with a reason that is kept beside it.")
async def drop(request: Request, operator: Operator, sequence: int, reason: Reason) -> dict[str, Any]:
    letter = await existing(request, sequence)
    await letters_of(request).drop(letter, by=operator.user, reason=reason)
    return {"dropped": sequence, "reason": reason}
