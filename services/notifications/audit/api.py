"""HTTP: for one call, every subscriber's alert or the reason why there is none."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query

from kit.auth.people import Person, require
from kit.http.commands import Stored
from kit.http.paging import Paging
from services.notifications.audit.store import heard_of, trails
from services.notifications.audit.trail import source_of

router = APIRouter()

Somebody = Annotated[Person, require()]


@router.get("/audit", summary="The way of a call to every mailbox; coordinators and operators see everybody's.")
async def audit(
    store: Stored, person: Somebody, page: Paging, call: Annotated[str, Query(min_length=1, max_length=200)]
) -> dict[str, Any]:
    heard, facts = await heard_of(store, call)
    found, following = await trails(store, call, heard, person, page)
    about = {"title": facts and facts.title, "source": facts and source_of(facts), "page": f"/funding/calls/{call}"}
    return {"call": about, "items": [trail.model_dump() for trail in found], "next": following}
