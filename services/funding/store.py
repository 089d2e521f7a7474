"""What the funding service stores: calls, needs it heard of, how they fit, commitments, and what polling keeps."""

from __future__ import annotations

from typing import Any

from contracts.actions import NeedChangedV1
from kit.store import Aggregates, Collection, Index, Work
from services.funding.calls import Call
from services.funding.calls import store as calls
from services.funding.commitments import Commitment
from services.funding.matches import StoredMatch
from services.funding.polling import store as polling

CALLS = calls.CALLS
NEEDS = Collection("needs", indexes=[Index([("event.action_number", 1)])])
MATCHES = Aggregates(
    "matches",
    of=StoredMatch,
    key="match_id",
    indexes=[Index([("call_id", 1), ("score", -1)]), Index([("activity_id", 1), ("score", -1)]), Index([("fits", 1)])],
)
COMMITMENTS = Aggregates("commitments", of=Commitment, key="commitment_id", indexes=[Index([("activity_id", 1)])])

ALL = [*calls.ALL, NEEDS, MATCHES, COMMITMENTS, *polling.ALL]


def need_document(event: NeedChangedV1, sequence: int) -> dict[str, Any]:
    return {"_id": event.activity_id, "sequence": sequence, "event": event.model_dump(mode="python")}


async def live_calls(work: Work) -> list[Call]:
    """Calls that are not over, as far as their source says."""
    found = await work.find(CALLS, {"status": {"$in": ["forecast", "open", "unknown"]}})
    return [CALLS.to_aggregate(document) for document in found]


async def matches_of(query: dict[str, Any], work: Work) -> dict[str, StoredMatch]:
    """Stored matches by their id."""
    found = await work.find(MATCHES, query)
    return {document["_id"]: MATCHES.to_aggregate(document) for document in found}
