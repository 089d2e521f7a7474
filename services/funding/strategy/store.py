"""What is stored of the strategy: approved revisions, the draft of the next one, and suggestions."""

from __future__ import annotations

from typing import Any

from kit.store import Aggregates, Collection, Index
from services.funding.strategy.revision import Draft, Revision
from services.funding.strategy.suggestions import Suggestion

REVISIONS = Aggregates(
    "strategy_revisions", of=Revision, key="revision_id", indexes=[Index([("number", 1)], unique=True)]
)
DRAFTS = Aggregates("strategy_drafts", of=Draft, key="draft_id")
SUGGESTIONS = Aggregates(
    "strategy_suggestions",
    of=Suggestion,
    key="suggestion_id",
    indexes=[Index([("answer.at", 1)]), Index([("made_at", 1)])],
)
ALL: list[Collection] = [REVISIONS, DRAFTS, SUGGESTIONS]


async def last_revision(database: Any) -> Revision | None:
    found = await database[REVISIONS.name].find_one({}, sort=[("number", -1)])
    return None if found is None else REVISIONS.to_aggregate(found)


async def revision_ids(database: Any) -> list[str]:
    return [each["_id"] async for each in database[REVISIONS.name].find({}, {"_id": 1}, sort=[("number", 1)])]


async def draft_in(database: Any) -> Draft:
    found = await database[DRAFTS.name].find_one({"_id": "next"})
    return Draft() if found is None else DRAFTS.to_aggregate(found)
