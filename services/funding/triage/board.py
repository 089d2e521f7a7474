"""What the board shows: which fits, grouped by their call, in which order, and where the next page begins."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

STATES = ("new", "remind_me", "hand_over", "apply", "not_for_us")
WITHIN = (14, 30, 90)
CLOSES_SOON = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Wanted:
    """The reader's filters; an empty one lets everything through. `within` are days to the deadline."""

    state: str = "new"
    lead: str = ""
    theme: str = ""
    source: str = ""
    within: int = 0

    def query(self, now: datetime) -> dict[str, Any]:
        """The stored matches that meet it. What is new has to fit; what was decided on is shown, fit or not."""
        query: dict[str, Any] = in_state(self.state)
        if self.lead:
            query["$or"] = [{"leads": self.lead}, {"decision.department": self.lead}]
        if self.theme:
            query["themes"] = self.theme
        if self.source:
            query["source"] = self.source
        if self.within:
            query["deadline"] = {"$gte": now, "$lte": now + timedelta(days=self.within)}
        return query


def in_state(state: str) -> dict[str, Any]:
    return {"fits": True, "decision": None} if state == "new" else {"decision.choice": state}


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page begins: after the call of that best score and id."""

    score: int
    call_id: str

    @classmethod
    def read(cls, cursor: str | None) -> Place | None:
        """The place a cursor names; None for the start, and for a cursor that is none of ours."""
        score, _, call_id = (cursor or "").partition(".")
        return cls(int(score), call_id) if score.isdecimal() and call_id else None

    def __str__(self) -> str:
        return f"{self.score}.{self.call_id}"


def by_call(query: dict[str, Any], after: Place | None, limit: int) -> list[dict[str, Any]]:
    """Stages that group matches by call, the best fit first, and give one page and one call more."""
    stages: list[dict[str, Any]] = [
        {"$match": query},
        {"$group": {"_id": "$call_id", "best": {"$max": {"$ifNull": ["$score", 0]}}}},
        {"$sort": {"best": -1, "_id": 1}},
    ]
    if after is not None:
        follows = [{"best": {"$lt": after.score}}, {"best": after.score, "_id": {"$gt": after.call_id}}]
        stages.append({"$match": {"$or": follows}})
    return [*stages, {"$limit": limit + 1}]


COUNTED: list[dict[str, Any]] = [
    {"$match": {"$or": [{"fits": True, "decision": None}, {"decision": {"$ne": None}}]}},
    {"$group": {"_id": {"state": {"$ifNull": ["$decision.choice", "new"]}, "call": "$call_id"}}},
    {"$group": {"_id": "$_id.state", "calls": {"$sum": 1}}},
]
"""How many calls stand in each state; a call whose fits were decided on differently counts in each."""


def closing(now: datetime) -> list[dict[str, Any]]:
    """Calls that fit and are not put aside, and close soon, the nearest first."""
    live = {"fits": True, "decision.choice": {"$ne": "not_for_us"}}
    return [
        {"$match": {**live, "deadline": {"$gte": now, "$lte": now + CLOSES_SOON}}},
        {"$group": {"_id": "$call_id", "title": {"$first": "$call_title"}, "deadline": {"$min": "$deadline"}}},
        {"$sort": {"deadline": 1, "_id": 1}},
        {"$limit": 5},
    ]
