"""What is kept of the neighbours: the projects they won, and each list that was taken in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from kit.store import Collection, Index, Store
from services.funding.neighbours.kohesio import WonProject
from services.funding.neighbours.nearness import Nearness, regions_within

WON_PROJECTS = Collection(
    "won_projects",
    indexes=[
        Index([("place", 1), ("eu.amount", -1), ("_id", 1)]),
        Index([("themes", 1), ("eu.amount", -1), ("_id", 1)]),
    ],
)
WON_LISTS = Collection("won_lists", indexes=[Index([("at", -1)])])
ALL = [WON_PROJECTS, WON_LISTS]

_BY_MONEY = [("eu.amount", -1), ("_id", 1)]


def document(project: WonProject, themes: list[str], list_id: str) -> dict[str, Any]:
    """A project with what it is about, so that the page need not read its words again."""
    return {
        "_id": project.project_id,
        "title": project.title,
        "title_own": project.title_own,
        "beneficiary": project.beneficiary,
        "place": project.place,
        "start": project.start.isoformat() if project.start else None,
        "end": project.end.isoformat() if project.end else None,
        "cost": project.cost.model_dump() if project.cost else None,
        "eu": project.eu.model_dump() if project.eu else None,
        "rate": project.rate,
        "fund": project.fund,
        "programme": project.programme,
        "themes": themes,
        "words": f"{project.title} {project.title_own or ''} {project.beneficiary}".casefold(),
        "list": list_id,
    }


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which projects are looked for: how near, about what, with which words."""

    near: Nearness = "next"
    theme: str = ""
    text: str = ""

    def query(self, home: str) -> dict[str, Any]:
        query: dict[str, Any] = {}
        if self.near != "country":
            query["place"] = {"$in": list(regions_within(self.near, home))}
        if self.theme:
            query["themes"] = self.theme
        if words := self.text.casefold().split():
            query["$and"] = [{"words": {"$regex": _literally(word)}} for word in words]
        return query


async def most_money_first(
    store: Store, query: dict[str, Any], limit: int, after: str | None
) -> tuple[list[dict[str, Any]], str | None]:
    """One page, and the cursor of the next. Projects whose EU money is not known come last."""
    bounded = query if after is None else {"$and": [query, await _following(store, after)]}
    found = await store[WON_PROJECTS].find(bounded, sort=_BY_MONEY, limit=limit + 1).to_list(None)
    return found[:limit], found[limit - 1]["_id"] if len(found) > limit else None


async def _following(store: Store, last_id: str) -> dict[str, Any]:
    """What comes after a project. One that is gone meanwhile is followed by everything, rather than by nothing."""
    last = await store[WON_PROJECTS].find_one({"_id": last_id}, {"eu": 1})
    if last is None:
        return {}
    if last["eu"] is None:
        return {"eu": None, "_id": {"$gt": last_id}}
    amount = last["eu"]["amount"]
    return {"$or": [{"eu.amount": {"$lt": amount}}, {"eu.amount": amount, "_id": {"$gt": last_id}}, {"eu": None}]}


def _literally(word: str) -> str:
    return "".join(f"\\{letter}" if not letter.isalnum() else letter for letter in word)
