"""The stream the inbox follows, and the count beside its name."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Header, Request, Response

from kit.auth.people import Person, require
from kit.bus.tail import Tail
from kit.http.commands import Stored
from kit.http.problems import Problem
from services.notifications.live.watching import changes
from services.notifications.reading import mine_or_everybodys
from services.notifications.store import ALERTS
from services.notifications.streams.response import EventStream

router = APIRouter()

Somebody = Annotated[Person, require()]


@router.get("/inbox/live")
async def live(
    request: Request, store: Stored, person: Somebody, last_event_id: Annotated[str | None, Header()] = None
) -> EventStream:
    """A word whenever one of the reader's alerts was raised, delivered, refused or decided on."""
    tail: Tail = request.app.state.runtime.bus.tail(request.app.state.settings.municipality)
    try:
        await tail.start()
    except Exception as error:
        raise Problem(503, f"the inbox cannot be followed now: {error}", headers={"Retry-After": "5"}) from None
    whose = mine_or_everybodys(person)
    return EventStream(lambda: changes(tail, store, whose, again=last_event_id is not None))


@router.get("/inbox/count")
async def count(store: Stored, person: Somebody, response: Response) -> dict[str, Any]:
    """How many of the reader's own alerts nobody has decided on."""
    response.headers["Cache-Control"] = "no-store"
    return {"count": await store[ALERTS].count_documents({"person": person.user, "decisions": [], "over": None})}
