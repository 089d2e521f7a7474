"""What calendars keep: the dates they heard of, and who subscribes to which."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid5

from contracts.values import LocalText
from kit.store import Aggregates, Collection, Index, Store, Work
from services.notifications.calendars.dates import About, Cancelled, Dates
from services.notifications.calendars.feed import Feed
from services.notifications.calendars.items import Stance
from services.notifications.reasons import reason as say

DATES = Collection(
    "calendar_dates",
    indexes=[
        Index([("call_id", 1)]),
        Index([("application_id", 1)]),
        Index([("department", 1)]),
        Index([("people", 1)]),
        Index([("entries.owner", 1)]),
    ],
)
FEEDS = Aggregates("calendar_feeds", of=Feed, key="feed_id", indexes=[Index([("person", 1)])])
ALERTS = Collection("alerts")

ALL = [DATES, FEEDS]
_FEEDS = UUID("5f3f0c54-54f8-5a66-9d6b-2f9e9c1c8a10")
_AWAY = {
    "not_for_us": say("put_aside", "Odločeno je, da razpis ni za nas.", "It was decided that the call is not for us."),
    "hand_over": say("handed_over", "Razpis je prevzel nekdo drug.", "Somebody else took the call over."),
}


def feed_id_for(person: str, department: str | None) -> str:
    """A person has one calendar of their own, and one for each department."""
    return str(uuid5(_FEEDS, f"{person}\n{department or ''}"))


async def dates_of(key: str, about: About, title: str | LocalText, path: str, work: Work) -> Dates:
    """What is known under a key; nothing yet is known of a new one."""
    document = await work.get(DATES, key)
    if document is None:
        return Dates(id=key, about=about, title=title, path=path, modified_at=work.now)
    return _dates(document)


def keep(work: Work, dates: Dates) -> None:
    work.put(DATES, {"_id": dates.id, **dates.model_dump(mode="python")})


async def feeds_of(store: Store, person: str) -> list[Feed]:
    found = store[FEEDS].find({"person": person, "revoked_at": None}, sort=[("department", 1)])
    return [FEEDS.to_aggregate(each) async for each in found]


async def departments(store: Store) -> list[str]:
    """Those that lead an application."""
    return sorted(each for each in await store[DATES].distinct("department") if each)


async def dates_for(store: Store, feed: Feed) -> tuple[list[Dates], dict[str, Stance]]:
    """Everything whose dates belong into a calendar, and what its person decided about the calls.

    A call that somebody applies for stays in the calendar, whatever was decided about an alert.
    """
    if feed.department is not None:
        own = await _found(store, {"about": "application", "department": feed.department})
        stances: dict[str, Stance] = {}
    else:
        own = await _found(store, {"$or": [{"people": feed.person}, {"entries.owner": feed.person}]})
        stances = await _stances(store, feed.person)
    applied_for = {each.call_id for each in own if each.about == "application"}
    obligations = await _found(
        store, {"about": "obligation", "application_id": {"$in": [each.application_id for each in own]}}
    )
    calls = await _calls(store, [*stances, *(each for each in applied_for if each)])
    concerned = {call: Stance(each.turns) if call in applied_for else each for call, each in stances.items()}
    return list({each.id: each for each in (*calls, *own, *obligations)}.values()), concerned


async def _calls(store: Store, ids: list[str]) -> list[Dates]:
    """The calls, and those that a joined one goes on as."""
    found = await _found(store, {"about": "call", "call_id": {"$in": ids}})
    further = [each.goes_on_as for each in found if each.goes_on_as and each.goes_on_as not in ids]
    return [*found, *(await _found(store, {"about": "call", "call_id": {"$in": further}}))] if further else found


async def _stances(store: Store, person: str) -> dict[str, Stance]:
    """By call: how often a person decided about it, and whether that put it away."""
    wanted = {"call.call_id": 1, "decisions": 1}
    found = store[ALERTS].find({"person": person, "call.call_id": {"$exists": True}}, wanted)
    decisions: dict[str, list[dict[str, Any]]] = {}
    async for document in found:
        decisions.setdefault(document["call"]["call_id"], []).extend(document["decisions"])
    return {call: _stance(each) for call, each in decisions.items()}


def _stance(decisions: list[dict[str, Any]]) -> Stance:
    if not decisions:
        return Stance(0)
    last = max(decisions, key=lambda each: each["at"])
    why = _AWAY.get(last["choice"])
    return Stance(len(decisions), Cancelled(at=last["at"], reason=why) if why else None)


async def _found(store: Store, query: dict[str, Any]) -> list[Dates]:
    return [_dates(each) async for each in store[DATES].find(query, sort=[("_id", 1)])]


def _dates(document: dict[str, Any]) -> Dates:
    return Dates.model_validate(document)
