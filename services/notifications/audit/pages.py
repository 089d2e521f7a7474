"""The page that shows a call's way to every mailbox."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request

from contracts.funding import CallFacts
from kit.auth.people import Person, require
from kit.http.commands import Stored
from kit.http.paging import Paging
from kit.http.problems import FieldError, Problem
from services.notifications.audit.store import heard_of, trails
from services.notifications.audit.trail import Trail, source_of
from services.notifications.reading import mine_or_everybodys

router = APIRouter()

Somebody = Annotated[Person, require()]


@router.get("/inbox/audit")
async def audit(
    request: Request,
    store: Stored,
    person: Somebody,
    page: Paging,
    call: Annotated[str, Query(max_length=200)] = "",
) -> Any:
    facts: CallFacts | None = None
    found: list[Trail] = []
    following: str | None = None
    mistakes: list[FieldError] = []
    if call:
        try:
            heard, facts = await heard_of(store, call)
            found, following = await trails(store, call, heard, mine_or_everybodys(person), page)
        except Problem as problem:
            mistakes = problem.errors
    return request.app.state.pages.render(
        request,
        "notifications/audit/audit.html",
        status=404 if mistakes else 200,
        call=call,
        title=facts.title if facts else None,
        source=source_of(facts) if facts else None,
        mistakes=mistakes,
        trails=found,
        next=following,
        everybody=not mine_or_everybodys(person),
    )
