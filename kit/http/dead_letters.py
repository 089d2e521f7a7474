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


@router.get("", summary="Dead letters, oldest first.")
async def list_dead_letters(
    request: Request, operator: Operator, handler: str | None = None, code: str | None = None
) -> dict[str, Any]:
    items = [_shown(letter, body=False) async for letter in _letters(request).each(handler=handler, code=code)]
    return {"items": items, "next": None}


@router.get("/{sequence}", summary="One dead letter with its event.")
async def show(request: Request, operator: Operator, sequence: int) -> dict[str, Any]:
    return _shown(await _existing(request, sequence), body=True)


@router.post("/{sequence}/redrive", status_code=202, summary="Give the event to its handler once more.")
async def redrive(request: Request, operator: Operator, sequence: int) -> dict[str, Any]:
    letter = await _existing(request, sequence)
    await _letters(request).redrive(letter)
    return {"redriven": sequence, "handler": letter.handler}


@router.delete("/{sequence}", summary="Give an event up, with a reason for the log.")
async def drop(
    request: Request, operator: Operator, sequence: int, reason: Annotated[str, Body(embed=True, min_length=3)]
) -> dict[str, Any]:
    letter = await _existing(request, sequence)
    await _letters(request).drop(letter, by=operator.user, reason=reason)
    return {"dropped": sequence, "reason": reason}
