"""What is stored of the time after winning: commitments, awards and their obligations."""

from __future__ import annotations

from typing import Any

from kit.store import Aggregates, Collection, Index
from services.funding.obligations.awards import Award
from services.funding.obligations.commitments import Commitment
from services.funding.obligations.obligations import Obligation

COMMITMENTS = Aggregates(
    "commitments",
    of=Commitment,
    key="commitment_id",
    indexes=[Index([("activity_id", 1)]), Index([("decision_reference", 1)])],
)
# Of two who commit to one activity at once the second sees what the first did.
COMMITMENT_TURNS = Collection("commitment_turns")
AWARDS = Aggregates(
    "awards", of=Award, key="award_id", indexes=[Index([("financing_id", 1)]), Index([("application_id", 1)])]
)
OBLIGATIONS = Aggregates("obligations", of=Obligation, key="obligation_id", indexes=[Index([("award_id", 1)])])

ALL: list[Collection] = [COMMITMENTS, COMMITMENT_TURNS, AWARDS, OBLIGATIONS]


async def obligations_in(database: Any, query: dict[str, Any]) -> list[Obligation]:
    found = database[OBLIGATIONS.name].find(query, sort=[("_id", 1)])
    return [OBLIGATIONS.to_aggregate(each) async for each in found]


async def obligations_of(database: Any, *, financing_id: str) -> list[Obligation]:
    """The obligations of every award that rests on a financing."""
    awards = [each["_id"] async for each in database[AWARDS.name].find({"financing_id": financing_id}, {"_id": 1})]
    return await obligations_in(database, {"award_id": {"$in": awards}})
