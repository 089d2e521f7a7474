"""Reads what the pages of calls show: a list with its fits, a call with its history, and what a person has not seen."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from contracts.funding import FieldChange
from kit.auth.people import Person
from kit.store import Store, Work
from services.funding.calls.call import Call
from services.funding.calls.change_words import ShownChange, shown
from services.funding.calls.joins import Join
from services.funding.calls.listing import CURRENT
from services.funding.calls.seen import Seen
from services.funding.calls.store import CALLS, JOINS, SEEN, VERSIONS, WAITING
from services.funding.matches import StoredMatch
from services.funding.store import MATCHES

VERSIONS_SHOWN = 20


@dataclass(frozen=True, slots=True)
class ShownVersion:
    """One version on the page: what changed in it, when, and who changed it (None: the call's sources)."""

    version: int
    at: datetime
    by: str | None
    changes: list[ShownChange]


@dataclass(frozen=True, slots=True)
class Unseen:
    """What changed since the person last looked, and when that was."""

    since: datetime
    changes: list[ShownChange]

    @property
    def fields(self) -> set[str]:
        return {change.field for change in self.changes}


@dataclass(frozen=True, slots=True)
class ShownJoin:
    """A suggested or decided join, with the other call."""

    join: Join
    other: Call


async def fits_of(calls: list[Call], store: Store) -> dict[str, list[StoredMatch]]:
    """The activities each of a few calls fits, the best first."""
    fits: dict[str, list[StoredMatch]] = {}
    query = {"call_id": {"$in": [call.call_id for call in calls]}, "fits": True}
    async for document in store[MATCHES].find(query, sort=[("score", -1)]):
        fits.setdefault(document["call_id"], []).append(MATCHES.to_aggregate(document))
    return fits


async def history_of(call_id: str, store: Store, limit: int = VERSIONS_SHOWN) -> list[ShownVersion]:
    """The newest versions of a call."""
    found = store[VERSIONS].find({"call_id": call_id}, {"facts": 0}, sort=[("version", -1)], limit=limit)
    return [_version(document) async for document in found]


async def joins_of(call: Call, store: Store) -> list[ShownJoin]:
    """The calls that may be this one, or were found to be."""
    both = {"$or": [{"stays": call.call_id}, {"goes": call.call_id}], "state": {"$ne": "refused"}}
    joins = [JOINS.to_aggregate(document) async for document in store[JOINS].find(both)]
    return [each for each in [await _with_other(join, call.call_id, store) for join in joins] if each]


async def look(call: Call, person: Person, store: Store, now: datetime) -> Unseen | None:
    """Note that a person looks at a call; what changed since they last did, None when nothing or for the first time."""
    key = f"{person.user}:{call.call_id}"

    async def note(work: Work) -> Seen:
        document = await work.get(SEEN, key)
        known = Seen.model_validate(document) if document else None
        seen = known.again(call.version, now) if known else Seen.first(call.version, now)
        work.put(SEEN, {"_id": key, "person": person.user, "call_id": call.call_id, **seen.model_dump()})
        return seen

    seen = await store.transact(note)
    if seen.version >= call.version:
        return None
    changes = await _changes_since(call.call_id, seen.version, store)
    return Unseen(seen.at, changes) if changes else None


async def open_questions(store: Store) -> dict[str, int]:
    """How many pairs of calls wait for a decision, and how much news waits for its call."""
    return {
        "joins": await store[JOINS].count_documents({"state": "suggested"}),
        "news": await store[WAITING].count_documents({}),
    }


async def current_calls(store: Store) -> int:
    count: int = await store[CALLS].count_documents({"joined_into": None, "status": {"$in": list(CURRENT)}})
    return count


async def _changes_since(call_id: str, version: int, store: Store) -> list[ShownChange]:
    """Every field that changed after a version: from what it then was to what it is now."""
    query = {"call_id": call_id, "version": {"$gt": version}}
    merged: dict[str, FieldChange] = {}
    async for document in store[VERSIONS].find(query, {"facts": 0}, sort=[("version", 1)], limit=200):
        for change in map(FieldChange.model_validate, document["changes"]):
            # Several documents may change, each a change of its own.
            key = change.field if change.field != "documents" else f"{change.before} {change.after}"
            first = merged.get(key)
            before = first.before if first else change.before
            weight = change.material or bool(first and first.material)
            merged[key] = change.model_copy(update={"before": before, "material": weight})
    return shown(change for change in merged.values() if change.before != change.after)


async def _with_other(join: Join, call_id: str, store: Store) -> ShownJoin | None:
    other = await store[CALLS].find_one({"_id": join.goes if join.stays == call_id else join.stays})
    return ShownJoin(join, CALLS.to_aggregate(other)) if other else None


def _version(document: dict[str, Any]) -> ShownVersion:
    changes = shown(map(FieldChange.model_validate, document["changes"]))
    return ShownVersion(document["version"], document["at"], document["by"], changes)
