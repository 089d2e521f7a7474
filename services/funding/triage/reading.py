"""Reads the board: calls with their fits, counts, what closes soon, and what the filters may be set to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from kit.store import Store
from services.funding.calls import Call
from services.funding.matches import StoredMatch
from services.funding.store import CALLS, MATCHES
from services.funding.triage.board import COUNTED, STATES, Place, Wanted, by_call, closing

CALLS_A_PAGE = 10


@dataclass(frozen=True, slots=True)
class Card:
    """One call with the fits that stand in the state asked for, the best first."""

    call: Call
    fits: list[StoredMatch]

    @property
    def decided(self) -> StoredMatch:
        """The fit whose decision was taken last."""
        return max(self.fits, key=lambda fit: fit.decision.at if fit.decision else fit.judged_at)


@dataclass(frozen=True, slots=True)
class Board:
    """One page of the board. `closing` are (call id, title, deadline)."""

    cards: list[Card]
    next: str | None
    counts: dict[str, int]
    closing: list[tuple[str, str, datetime]]
    leads: list[str]
    themes: list[str]
    sources: list[str]


async def board(store: Store, wanted: Wanted, after: str | None, now: datetime) -> Board:
    matches, query = store[MATCHES], wanted.query(now)
    groups = await matches.aggregate(by_call(query, Place.read(after), CALLS_A_PAGE)).to_list(None)
    page = groups[:CALLS_A_PAGE]
    counts = {each["_id"]: each["calls"] async for each in matches.aggregate(COUNTED)}
    soon = [(each["_id"], each["title"], each["deadline"]) async for each in matches.aggregate(closing(now))]
    return Board(
        cards=await _cards(store, [each["_id"] for each in page], query),
        next=str(Place(page[-1]["best"], page[-1]["_id"])) if len(groups) > len(page) else None,
        counts={state: counts.get(state, 0) for state in STATES},
        closing=soon,
        leads=sorted(set(await matches.distinct("leads"))),
        themes=sorted(set(await matches.distinct("themes", {"fits": True}))),
        sources=sorted(set(await matches.distinct("source", {"fits": True}))),
    )


async def _cards(store: Store, call_ids: list[str], query: dict[str, Any]) -> list[Card]:
    among = {"$in": call_ids}
    calls = {each["_id"]: CALLS.to_aggregate(each) async for each in store[CALLS].find({"_id": among})}
    fits: dict[str, list[StoredMatch]] = {}
    order = [("score", -1), ("activity_number", 1)]
    async for document in store[MATCHES].find({**query, "call_id": among}, sort=order):
        fits.setdefault(document["call_id"], []).append(MATCHES.to_aggregate(document))
    return [Card(calls[each], fits[each]) for each in call_ids if each in calls and each in fits]


async def decided(store: Store, match_ids: list[str]) -> list[StoredMatch]:
    """The matches a decision was just taken on, to say so and to offer taking it back."""
    found = store[MATCHES].find({"_id": {"$in": match_ids}, "decision": {"$ne": None}})
    return [MATCHES.to_aggregate(document) async for document in found]
