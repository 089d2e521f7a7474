"""What is stored of governance: the decisions."""

from __future__ import annotations

from typing import Any

from kit.store import Aggregates, Collection, Index, Store
from services.actions.governance.decision import Decision

DECISIONS = Aggregates(
    "decisions",
    of=Decision,
    key="decision_id",
    indexes=[Index([("activities.number", 1)]), Index([("body.en", 1), ("reference", 1)])],
)

ALL: list[Collection] = [DECISIONS]


def query_of(body: str | None = None, activity: str | None = None) -> dict[str, Any]:
    """Decisions of a body, by its name in either language, and about an activity, by its number."""
    query: dict[str, Any] = {} if activity is None else {"activities.number": activity}
    return query if body is None else query | {"$or": [{"body.en": body}, {"body.sl": body}]}


async def decisions_about(store: Store, number: str) -> list[Decision]:
    """The decisions about one activity, the newest first."""
    found: Any = store[DECISIONS].find(query_of(activity=number), sort=[("decided_on.value", -1), ("_id", -1)])
    return [DECISIONS.to_aggregate(each) async for each in found]
