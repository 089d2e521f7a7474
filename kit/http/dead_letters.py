"""The operator's view of dead letters: list, show, redrive, drop."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Any

from fastapi import APIRouter, Body, Request

from kit.auth.people import Person, require
from kit.bus.dead_letters import DeadLetter, DeadLetters
from kit.http.problems import Problem

router = APIRouter(prefix="/api/dead-letters", tags=["operation"])
Operator = Annotated[Person, require("operator")]


def _letters(request: Request) -> DeadLetters:
    letters: DeadLetters = request.app.state.runtime.bus.dead_letters
    return letters


def _shown(letter: DeadLetter, *, body: bool) -> dict[str, Any]:
    fields = asdict(letter)
    text = fields.pop("body").decode("utf-8", "backslashreplace")
    return {**fields, "event": text} if body else fields


async def _existing(request: Request, sequence: int) -> DeadLetter:
    letter = await _letters(request).get(sequence)
    if letter is None:
        raise Problem(404, f"there is no dead letter {sequence}; it may have been redriven or dropped")
    return letter


async def _redrive(request: Request, letter: DeadLetter) -> None:
    try:
        await _letters(request).redrive(letter)
    except LookupError as error:
        raise Problem(409, str(error)) from None


@router.get("", summary="Dead letters, oldest first.")
async def list_dead_letters(
    request: Request, operator: Operator, handler: str | None = None, code: str | None = None, dropped: bool = False
) -> dict[str, Any]:
    found = _letters(request).each(handler=handler, code=code, dropped=dropped)
    return {"items": [_shown(letter, body=False) async for letter in found], "next": None}


@router.post("/redrive", status_code=202, summary="Give all events that meet a filter to their handlers once more.")
async def redrive_many(
    request: Request,
    operator: Operator,
    handler: Annotated[str | None, Body(embed=True)] = None,
    code: Annotated[str | None, Body(embed=True)] = None,
) -> dict[str, Any]:
    if handler is None and code is None:
        raise Problem.at("handler", "neither a handler nor a code was named", "send one of them, or both")
    redriven = []
    async for letter in _letters(request).each(handler=handler, code=code):
        await _redrive(request, letter)
        redriven.append(letter.sequence)
    return {"redriven": redriven}


@router.get("/{sequence}", summary="One dead letter with its event.")
async def show(request: Request, operator: Operator, sequence: int) -> dict[str, Any]:
    return _shown(await _existing(request, sequence), body=True)


@router.post("/{sequence}/redrive", status_code=202, summary="Give the event to its handler once more.")
async def redrive(request: Request, operator: Operator, sequence: int) -> dict[str, Any]:
    letter = await _existing(request, sequence)
    await _redrive(request, letter)
    return {"redriven": sequence, "handler": letter.handler}


@router.delete("/{sequence}", summary="Give an event up, with a reason for the log.")
async def drop(
    request: Request, operator: Operator, sequence: int, reason: Annotated[str, Body(embed=True, min_length=3)]
) -> dict[str, Any]:
    letter = await _existing(request, sequence)
    await _letters(request).drop(letter, by=operator.user, reason=reason)
    return {"dropped": sequence, "reason": reason}
