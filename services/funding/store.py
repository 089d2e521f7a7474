"""What the funding service stores: everything its parts keep, and here the needs it heard of and how calls fit."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from kit.store import Aggregates, Collection, Index, Work
from services.funding.applications.store import APPLICATIONS
from services.funding.calls import store as calls
from services.funding.keys import VOCABULARY
from services.funding.ledger import store as ledger
from services.funding.matches import StoredMatch
from services.funding.needs import Need
from services.funding.neighbours import store as neighbours
from services.funding.obligations import store as obligations
from services.funding.planning import store as planning
from services.funding.polling import store as polling
from services.funding.strategy import store as strategy
from services.funding.triage.store import LESSONS
from services.funding.verdicts import Verdict

CALLS = calls.CALLS
NEEDS = Collection(
    "needs", indexes=[Index([("event.action_number", 1)]), Index([("keys", 1), ("at", 1)]), Index([("vocabulary", 1)])]
)
MATCHES = Aggregates(
    "matches",
    of=StoredMatch,
    key="match_id",
    indexes=[
        Index([("call_id", 1), ("score", -1)]),
        Index([("activity_id", 1), ("score", -1)]),
        Index([("fits", 1), ("decision.choice", 1), ("decision.remind_on.value", 1)]),
    ],
)
VERDICTS = Aggregates(
    "verdicts",
    of=Verdict,
    key="call_id",
    indexes=[
        Index([("shut", 1), ("keys", 1)]),
        Index([("look_again_until", 1)], where={"look_again_until": {"$type": "date"}}),
        Index([("turns_on", 1)], where={"turns_on": {"$type": "string"}}),
    ],
)
READ_ANEW = Collection("read_anew")
# Calls that are not over, as far as their source says.
LIVE = {"status": {"$in": ["forecast", "open", "unknown"]}}

ALL: list[Collection] = [
    *calls.ALL,
    *(NEEDS, MATCHES, VERDICTS, READ_ANEW, LESSONS),
    *polling.ALL,
    *neighbours.ALL,
    APPLICATIONS,
    *planning.ALL,
    *ledger.ALL,
    *obligations.ALL,
    *strategy.ALL,
]


def need_document(need: Need, event: dict[str, Any], *, sequence: int, stamp: str, at: datetime) -> dict[str, Any]:
    """A need as it is stored: what was said, and the keys by which calls find it. `stamp` is another one every time."""
    keys = {"keys": sorted(need.keys), "vocabulary": VOCABULARY}
    return {"_id": need.activity_id, "sequence": sequence, "stamp": stamp, "at": at, **keys, "event": event}


async def matches_of(query: dict[str, Any], work: Work) -> dict[str, StoredMatch]:
    """Stored matches by their id."""
    found = await work.find(MATCHES, query)
    return {document["_id"]: MATCHES.to_aggregate(document) for document in found}
