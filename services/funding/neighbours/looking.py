"""Looks for neighbours' projects, from where our own plan is."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from kit.store import Store
from services.funding.neighbours.store import WON_PROJECTS, Wanted, most_money_first
from services.funding.neighbours.won import Glance, glance
from services.funding.store import NEEDS


@dataclass(frozen=True, slots=True)
class Found:
    """One page of projects, the cursor of the next, and what all of them say at a glance."""

    projects: list[dict[str, Any]]
    following: str | None
    glance: Glance


async def home_of(store: Store) -> str:
    """Where the plan's activities are; the country while no plan is known."""
    need = await store[NEEDS].find_one({}, {"event.territory": 1})
    return str(need["event"]["territory"]) if need else "SI"


async def look(wanted: Wanted, store: Store, limit: int, after: str | None) -> Found:
    query = wanted.query(await home_of(store))
    projects, following = await most_money_first(store, query, limit, after)
    rates: list[Decimal | None] = [each["rate"] async for each in store[WON_PROJECTS].find(query, {"rate": 1})]
    return Found(projects, following, glance(rates))


async def our_themes(store: Store) -> list[str]:
    """Themes of activities in our plan: what it makes sense to look for among the neighbours."""
    themes: list[str] = await store[NEEDS].distinct("event.themes", {"event.removed": {"$ne": True}})
    return sorted(themes)
