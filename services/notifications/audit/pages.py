"""The page that shows a call's way to every mailbox."""

from __future__ import annotations

from typing import Annotated, Any
from urllib.parse import urlsplit

from fastapi import APIRouter, Query, Request

from contracts.funding import CallFacts
from kit.auth.people import Person, require
from kit.http.commands import Stored
from kit.http.paging import Paging
from kit.http.problems import Problem
from services.notifications.audit.store import calls_called, heard_of, trails
from services.notifications.audit.trail import Trail, source_of
from services.notifications.reading import mine_or_everybodys

router = APIRouter()

_OF_CALLS = "/funding/calls/"
Somebody = Annotated[Person, require()]


@router.get("/inbox/audit")
async def audit(
    request: Request,
    store: Stored,
    person: Somebody,
    page: Paging,
    call: Annotated[str, Query(max_length=500)] = "",
) -> Any:
    """`call`: its id, the address of its page, or words of its title, which lead to the calls that hold them."""
    facts: CallFacts | None = None
    found: list[Trail] = []
    following: str | None = None
    known = True
    call = urlsplit(call.strip()).path.rpartition(_OF_CALLS)[2].rstrip("/")
    if call:
        try:
            heard, facts = await heard_of(store, call)
            found, following = await trails(store, call, heard, person, page)
        except Problem:
            known = False
    calls = [] if call and known else await calls_called(store, call)
    return request.app.state.pages.render(
        request,
        "notifications/audit/audit.html",
        status=200 if known or calls else 404,
        call=call,
        title=facts.title if facts else None,
        source=source_of(facts) if facts else None,
        known=known,
        calls=calls,
        trails=found,
        next=following,
        everybody=not mine_or_everybodys(person),
    )
