"""What the ladder keeps: how the applications for a call stand."""

from __future__ import annotations

from typing import Any

from kit.store import Collection, Index, Work

APPLICATIONS = Collection("ladder_applications", indexes=[Index([("call_id", 1)])])

ALL = [APPLICATIONS]


async def note(application_id: str, call_id: str, state: str, version: int, work: Work) -> bool:
    """Keep an application's state; False when something newer is known."""
    known: dict[str, Any] | None = await work.get(APPLICATIONS, application_id)
    if known is not None and known["version"] >= version:
        return False
    work.put(APPLICATIONS, {"_id": application_id, "call_id": call_id, "state": state, "version": version})
    return True


async def states_of(call_id: str, work: Work, *, but: str = "") -> list[str]:
    """The states of the applications for a call, without the one of id `but`."""
    return [each["state"] for each in await work.find(APPLICATIONS, {"call_id": call_id, "_id": {"$ne": but}})]
