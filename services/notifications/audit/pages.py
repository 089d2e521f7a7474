"""The page that shows a call's way to every mailbox."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request

from kit.auth.people import Person, require
from kit.http.commands import Stored
from kit.http.paging import Paging
from services.notifications.audit.store import title_of, trails
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
    found, following = await trails(store, call, mine_or_everybodys(person), page) if call else ([], None)
    return request.app.state.pages.render(
        request,
        "notifications/audit/audit.html",
        call=call,
        title=await title_of(store, call) if call else None,
        trails=found,
        next=following,
        everybody=not mine_or_everybodys(person),
    )
