"""What is stored of calls: the calls, every version they had, the names that join them, and news without a call."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from contracts.funding import FieldChange
from kit.store import Aggregates, Collection, Index, Work
from services.funding.calls.call import Call
from services.funding.calls.joins import Join
from services.funding.calls.versions import facts_kept
from services.funding.sources.parsed_call import ParsedCall

CALLS = Aggregates(
    "calls",
    of=Call,
    key="call_id",
    indexes=[
        Index([("status", 1), ("next_deadline", 1)]),
        Index([("first_seen_at", -1), ("_id", 1)]),
        Index([("next_deadline", 1), ("_id", 1)]),
        Index([("words", 1)]),
        Index([("themes", 1)]),
        Index([("readings.facts.source", 1)]),
        Index([("last_changed_at", -1), ("_id", 1)]),
        Index([("max_amount.amount", -1), ("_id", 1)]),
        Index([("deadlines.at", 1)]),
        Index([("documents.tried_at", 1)], where={"documents.url": {"$exists": True}}),
        Index([("budget.amount", 1)]),
        Index([("url", 1)]),
        Index([("funder", 1), ("status", 1)]),
    ],
)
JOINS = Aggregates(
    "call_joins", of=Join, key="join_id", indexes=[Index([("state", 1)]), Index([("stays", 1)]), Index([("goes", 1)])]
)
VERSIONS = Collection("call_versions", indexes=[Index([("call_id", 1), ("version", 1)], unique=True)])
NAMES = Collection("call_names", indexes=[Index([("call_id", 1)])])
WAITING = Collection("waiting_amendments", indexes=[Index([("names", 1)]), Index([("at", 1)])])
# Who looked at which call, and at which version of it; forgotten when nobody has looked for over a year.
SEEN = Collection("calls_seen", indexes=[Index([("visit_at", 1)], expire_after=400 * 24 * 3600)])

ALL: list[Collection] = [CALLS, JOINS, VERSIONS, NAMES, WAITING, SEEN]


def keep(call: Call, changes: Sequence[FieldChange], work: Work, *, by: str | None = None) -> Call:
    """Store a call and, for good, the version it became. `by` is the person who changed it, None for its sources."""
    stored = work.save(CALLS, call)
    if changes or stored.version == 1:
        work.insert(VERSIONS, version_document(stored, changes, by, work.now))
    return stored


def version_document(call: Call, changes: Sequence[FieldChange], by: str | None, now: datetime) -> dict[str, Any]:
    """One version as it stays: what changed, on whose word, and every fact as it then stood."""
    return {
        "_id": f"{call.call_id}:{call.version:06d}",
        "call_id": call.call_id,
        "version": call.version,
        "at": now,
        "by": by,
        "changes": [change.model_dump() for change in changes],
        "facts": facts_kept(call),
    }


def waiting_document(
    parsed: ParsedCall, own: str, names: list[str], now: datetime, known: dict[str, Any] | None
) -> dict[str, Any]:
    """News that waits for its call, with the reason in words; `known` is what waited under the same name."""
    reason = (
        f"no source has given the call with the reference {parsed.reference!r} yet"
        if names
        else "it gives no official reference that means one call alone, so nobody can tell which call it changes"
    )
    return {
        "_id": own,
        "names": names,
        "reason": reason,
        "at": known["at"] if known else now,
        "reading": parsed.model_dump(mode="python"),
    }


def waiting_reading(document: dict[str, Any]) -> ParsedCall:
    return ParsedCall.model_validate(document["reading"])


async def perhaps_the_same(call: Call, work: Work, limit: int = 50) -> list[Call]:
    """Calls of other sources with the same sum or address, and forecasts of the same funder: worth a comparison."""
    marks: list[dict[str, Any]] = [{"url": call.url}] if call.url else []
    if call.budget:
        marks.append({"budget.amount": call.budget.amount})
    if call.funder:
        marks.append({"funder": call.funder, "status": "forecast"})
        marks += [{"funder": call.funder}] if call.status == "forecast" else []
    if not marks:
        return []
    others = {"_id": {"$ne": call.call_id}, "joined_into": None, "readings.facts.source": {"$nin": _sources(call)}}
    return [CALLS.to_aggregate(each) for each in await work.find(CALLS, {**others, "$or": marks}, limit=limit)]


def _sources(call: Call) -> list[str]:
    return [each.source for each in call.readings]
