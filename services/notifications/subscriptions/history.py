"""What was heard of calls, kept for a search to be tried on and for the audit: one document for each thing said."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from contracts.funding import CallFacts, CallMatchedV1
from kit.store import Collection, Index, Store, Work
from services.notifications.subscriptions.heard import Heard, What

HEARD = Collection("heard_calls", indexes=[Index([("call_id", 1), ("at", 1)]), Index([("at", 1)])])
MOST: Final = 10_000
"""Things heard that a search is tried on, at most: two years of a country's calls."""


def heard_of(
    call: CallFacts, what: What, work: Work, *, material: bool = True, match: CallMatchedV1 | None = None
) -> Heard:
    """What the event at hand says of a call."""
    cause = work.cause
    said = f"{cause.subject} {cause.sequence}" if cause else call.call_id
    return Heard(
        heard_id=f"{what} {said}",
        call_id=call.call_id,
        what=what,
        at=cause.time if cause else work.now,
        judged_at=work.now,
        call=call,
        material=material,
        match=match,
    )


def remember(heard: Heard, work: Work) -> Heard:
    """Keep it; heard again, it is the same document."""
    fields = heard.model_dump(mode="python", exclude={"heard_id"})
    if heard.match is not None:
        fields["match"]["call"] = None
    work.update(HEARD, {"_id": heard.heard_id}, {"$setOnInsert": fields}, upsert=True)
    return heard


def heard_from(document: dict[str, Any]) -> Heard:
    match = document.get("match")
    whole = match and match | {"call": document["call"]}
    return Heard.model_validate(document | {"heard_id": document["_id"], "match": whole})


async def history(store: Store, since: datetime) -> list[Heard]:
    """What was heard since then, oldest first; when that is very much, the newest of it."""
    newest = store[HEARD].find({"at": {"$gte": since}}, sort=[("at", -1), ("_id", -1)], limit=MOST)
    return [heard_from(document) async for document in newest][::-1]


async def of_call(store: Store, call_id: str) -> list[Heard]:
    """Everything heard of one call, oldest first."""
    return [heard_from(each) async for each in store[HEARD].find({"call_id": call_id}, sort=[("at", 1)])]
