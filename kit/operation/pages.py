"""`/dead-letters`: what nobody could handle, why, and what to do about it. For operators."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import RedirectResponse, Response

from kit.bus.letter import SHORTEST_REASON, DeadLetter, Which
from kit.http.problems import Problem
from kit.operation.api import Operator, after_number, existing, letters_of
from kit.service import NAMES

TEMPLATES = Path(__file__).parent / "pages"
SHOWN = 50

router = APIRouter(include_in_schema=False)


class Filters:
    """What the form above the list was filled in with; the same fields stand hidden in the form around it."""

    FIELDS = ("handler", "service", "event", "code", "since", "state")

    def __init__(self, given: Any, zone: ZoneInfo) -> None:
        self.typed = {name: str(given.get(name) or "").strip() for name in self.FIELDS}
        self.which = Which(
            handler=self.typed["handler"] or None,
            service=self.typed["service"] or None,
            event=self.typed["event"] or None,
            code=self.typed["code"] or None,
            since=_start_of(self.typed["since"], zone),
            dropped=self.typed["state"] == "dropped",
        )

    @property
    def narrow(self) -> bool:
        """Whether anything was asked beyond whether they wait or were dropped."""
        return not self.which.anything

    def address(self, **more: object) -> str:
        """The list with these filters."""
        query = {name: text for name, text in self.typed.items() if text} | more
        return f"/dead-letters?{urlencode(query)}" if query else "/dead-letters"


@router.get("/dead-letters")
async def listed(request: Request, operator: Operator, after: Annotated[str | None, Query()] = None) -> Response:
    return await _list(request, Filters(request.query_params, request.app.state.settings.zone), after)


@router.post("/dead-letters/redrive")
async def redrive_chosen(request: Request, operator: Operator) -> Response:
    """Those that were ticked, or all that meet the filters."""
    form = await request.form()
    filters, letters = Filters(form, request.app.state.settings.zone), letters_of(request)
    if form.get("all"):
        if not filters.narrow:
            raise Problem.at("handler", "no filter was named", "filter the list first, or choose single letters")
        went, refused = await letters.redrive_each(filters.which)
    else:
        went, refused = await letters.redrive_chosen(
            [int(str(each)) for each in form.getlist("letter") if str(each).isdigit()]
        )
    if refused:
        return await _list(request, filters, None, status=409, went=len(went), refused=refused)
    return RedirectResponse(filters.address(redriven=len(went)), 303)


@router.get("/dead-letters/{sequence}")
async def one(request: Request, operator: Operator, sequence: int) -> Response:
    return _show(request, await existing(request, sequence))


@router.post("/dead-letters/{sequence}/redrive")
async def redrive_one(request: Request, operator: Operator, sequence: int) -> Response:
    letter = await existing(request, sequence)
    try:
        await letters_of(request).redrive(letter)
    except LookupError as error:
        return _show(request, letter, status=409, refused=str(error))
    return RedirectResponse("/dead-letters?redriven=1", 303)


@router.post("/dead-letters/{sequence}/drop")
async def drop_one(
    request: Request, operator: Operator, sequence: int, reason: Annotated[str, Form()] = ""
) -> Response:
    letter = await existing(request, sequence)
    if len(reason.strip()) < SHORTEST_REASON:
        return _show(request, letter, status=422, typed=reason, without_reason=True)
    await letters_of(request).drop(letter, by=operator.user, reason=reason)
    return RedirectResponse(f"/dead-letters?given_up={sequence}", 303)


async def _list(
    request: Request,
    filters: Filters,
    after: str | None,
    *,
    status: int = 200,
    went: int | None = None,
    refused: dict[int, str] | None = None,
) -> Response:
    found, following = await letters_of(request).page(filters.which, after_number(after), SHOWN)
    pages: Any = request.app.state.pages
    response: Response = pages.render(
        request,
        "operation/dead_letters.html",
        status=status,
        letters=found,
        next=following,
        filters=filters,
        services=[(name, name) for name in NAMES],
        after=after,
        went=went if went is not None else _count(request.query_params.get("redriven")),
        refused=refused or {},
        given_up=_count(request.query_params.get("given_up")),
    )
    return response


def _show(
    request: Request,
    letter: DeadLetter,
    *,
    status: int = 200,
    typed: str = "",
    without_reason: bool = False,
    refused: str = "",
) -> Response:
    pages: Any = request.app.state.pages
    response: Response = pages.render(
        request,
        "operation/dead_letter.html",
        status=status,
        letter=letter,
        body=_readable(letter.body),
        typed=typed,
        without_reason=without_reason,
        refused=refused,
    )
    return response


def _readable(body: bytes) -> str:
    """The original as JSON on many lines, or, where it is none, as it came."""
    try:
        return json.dumps(json.loads(body), ensure_ascii=False, indent=2)
    except ValueError:
        return body.decode("utf-8", "backslashreplace")


def _start_of(day: str, zone: ZoneInfo) -> datetime | None:
    if not day:
        return None
    try:
        return datetime.combine(date.fromisoformat(day), time(), zone).astimezone(UTC)
    except ValueError:
        raise Problem.at("since", f"{day!r} is no date", "write it as 2026-11-24") from None


def _count(text: str | None) -> int | None:
    return int(text) if text and text.isdigit() else None
