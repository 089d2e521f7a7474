"""What the ladder keeps: how the applications for a call stand."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from kit.store import Collection, Index, Work
from services.notifications.matters.store import WATERMARKS

APPLICATIONS = Collection("ladder_applications", indexes=[Index([("call_id", 1)])])

ALL = [APPLICATIONS]


async def note(application_id: str, call_id: str, state: str, version: int, work: Work) -> bool:
    """Keep an application's state; False when something newer is known."""
    known: dict[str, Any] | None = await work.get(APPLICATIONS, application_id)
    if known is not None and known["version"] >= version:
        return False
    work.put(APPLICATIONS, {"_id": application_id, "call_id": call_id, "state": state, "version": version})
    return True


async def reminding_since(work: Work) -> datetime:
    """Steps before are past: a version that newly reminds does not remind of everything known at once."""
    stored: dict[str, Any] | None = await work.get(WATERMARKS, "reminders")
    if stored is None:
        work.put(WATERMARKS, {"_id": "reminders", "since": work.now})
    since: datetime = work.now if stored is None else stored["since"]
    return since


async def states_of(call_id: str, work: Work, *, but: str = "") -> list[str]:
    """The states of the applications for a call, without the one of id `but`."""
    return [each["state"] for each in await work.find(APPLICATIONS, {"call_id": call_id, "_id": {"$ne": but}})]
