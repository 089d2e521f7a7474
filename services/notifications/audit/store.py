"""The trails of one call, a page of subscriptions at a time, and what is known of the call itself."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime
from typing import Any

from contracts.funding import CallFacts
from kit.auth.people import Person as SignedIn
from kit.clock import now
from kit.http.paging import Page
from kit.http.problems import Problem
from kit.store import Store
from kit.store.letters import holding
from services.notifications.alerts import Alert
from services.notifications.audit.trail import Trail, trail_of, trail_of_asked, trail_of_unasked
from services.notifications.channels.store import DELIVERIES
from services.notifications.judging import CONCERNED, Silence
from services.notifications.people.store import person
from services.notifications.reading import mine_or_everybodys
from services.notifications.store import ALERTS, SILENCES
from services.notifications.subscriptions import Subscription
from services.notifications.subscriptions.heard import Heard
from services.notifications.subscriptions.history import HEARD, of_call
from services.notifications.subscriptions.store import SUBSCRIPTIONS, VERSIONS, shared_with, subscription_from

ASKED = 200
"""People who had to know of one call without a subscription: they follow the last of the subscriptions."""


LISTED = 20
_LOOKED_THROUGH = 2_000
"""Things heard among which calls are looked for, newest first: a search for an old call needs more of its words."""


async def calls_called(store: Store, words: str = "") -> list[CallFacts]:
    """The calls heard of latest whose titles hold these words, newest first; without words simply the latest."""
    titled = [{"call.title": holding(word)} for word in words.split()]
    query = {"$and": titled} if titled else {}
    found = store[HEARD].find(query, {"call": 1}, sort=[("at", -1)], limit=_LOOKED_THROUGH)
    calls: dict[str, CallFacts] = {}
    async for document in found:
        calls.setdefault(document["call"]["call_id"], CallFacts.model_validate(document["call"]))
        if len(calls) == LISTED:
            break
    return list(calls.values())


async def heard_of(store: Store, call_id: str) -> tuple[list[Heard], CallFacts | None]:
    """What was heard of a call, oldest first, and its latest facts. Raises Problem (404) for one that nobody knows."""
    heard = await of_call(store, call_id)
    if heard:
        return heard, heard[-1].call
    document = await store[ALERTS].find_one({"call.call_id": call_id}, sort=[("raised_at", -1)])
    if document is not None:
        return [], ALERTS.to_aggregate(document).call
    if await store[SILENCES].find_one({"call_id": call_id}) is not None:
        return [], None
    mend = "take the id from the address of the call's page, after /funding/calls/; one just published takes a moment"
    raise Problem.at("call", f"no call {call_id!r} was ever heard of here", mend, status=404)


async def trails(
    store: Store, call_id: str, heard: list[Heard], reader: SignedIn, page: Page
) -> tuple[list[Trail], str | None]:
    """Trails of the subscriptions that concern a reader, in the order of their ids, and the cursor of the next page.

    Coordinators and operators see everybody's; everybody else what their own tell them, and those they share.
    """
    whose = mine_or_everybodys(reader)
    concerning: dict[str, Any] = {}
    if whose:
        own = whose | {"department": None, "role": None}
        concerning = {"$or": [own, *shared_with(await person(store, reader.user))]}
    bounded = concerning if page.after is None else {"$and": [concerning, {"_id": {"$gt": page.after}}]}
    found = await store[SUBSCRIPTIONS].find(bounded, sort=[("_id", 1)], limit=page.limit + 1).to_list(None)
    subscriptions = [subscription_from(document) for document in found[: page.limit]]
    ids = [each.id for each in subscriptions]
    alerts: dict[str, list[Alert]] = defaultdict(list)
    async for document in store[ALERTS].find({"call.call_id": call_id, "subscriptions": {"$in": ids}, **whose}):
        alert = ALERTS.to_aggregate(document)
        alerts[alert.person].append(alert)
    silences: dict[str, list[Silence]] = defaultdict(list)
    async for document in store[SILENCES].find({"call_id": call_id, "subscription": {"$in": ids}, **whose}):
        silence = Silence.model_validate(document)
        silences[silence.person].append(silence)
    told = [alert.alert_id for of_person in alerts.values() for alert in of_person]
    other = store[DELIVERIES].find({"alert_id": {"$in": told}})
    deliveries = [DELIVERIES.to_aggregate(document) async for document in other]
    versions: dict[str, list[Subscription]] = defaultdict(list)
    async for document in store[VERSIONS].find({"subscription": {"$in": ids}}, sort=[("changed_at", 1)]):
        versions[document["subscription"]].append(subscription_from(document))
    moment = now()
    shared = [each.id for each in subscriptions if each.shared] if whose else []
    spoke = await _that_spoke(store, call_id, shared)
    shown = [
        trail_of(
            *(each, alerts[told_one], silences[told_one], moment, deliveries),
            person=told_one,
            heard=heard,
            versions=versions[each.id],
            others_told=each.id in spoke,
        )
        for each in subscriptions
        for told_one in _told_by(each, alerts, silences, reader.user if whose else None)
    ]
    more = len(found) > page.limit
    if not more:
        shown += await _without_subscription(store, call_id, whose, moment)
    return shown, subscriptions[-1].id if more else None


async def _without_subscription(store: Store, call_id: str, whose: dict[str, Any], now: datetime) -> list[Trail]:
    """Who was asked by another one or leads an application: told, or why not."""
    unsubscribed = {"$or": [{"asked": {"$ne": None}}, {"subscriptions": []}]}
    asked = store[ALERTS].find({"call.call_id": call_id, **unsubscribed, **whose}, sort=[("raised_at", 1)], limit=ASKED)
    shown = [trail_of_asked(ALERTS.to_aggregate(document), now) async for document in asked]
    untold = {"$or": [{"subscription": "board"}, {"subscription": {"$regex": f"^{CONCERNED}"}}]}
    unasked: dict[str, list[Silence]] = defaultdict(list)
    async for document in store[SILENCES].find({"call_id": call_id, **untold, **whose}, sort=[("at", 1)], limit=ASKED):
        silence = Silence.model_validate(document)
        unasked[silence.person].append(silence)
    return shown + [trail_of_unasked(silences) for silences in unasked.values()]


async def _that_spoke(store: Store, call_id: str, shared: list[str]) -> set[str]:
    """Those of the shared subscriptions that told anybody of the call, or noted why not."""
    told = await store[ALERTS].distinct("subscriptions", {"call.call_id": call_id, "subscriptions": {"$in": shared}})
    silent = await store[SILENCES].distinct("subscription", {"call_id": call_id, "subscription": {"$in": shared}})
    return {*told, *silent} & {*shared}


def _told_by(
    subscription: Subscription, alerts: dict[str, list[Alert]], silences: dict[str, list[Silence]], only: str | None
) -> list[str]:
    """Whom a subscription tells: its owner; of a shared one everybody who was told or not, else the group itself.

    `only`: the one person who reads of nobody else.
    """
    if only is not None:
        return [only]
    if not subscription.shared:
        return [subscription.person]
    told = {person for person, own in alerts.items() if any(subscription.id in each.subscriptions for each in own)}
    told |= {person for person, own in silences.items() if any(each.subscription == subscription.id for each in own)}
    return sorted(told) or [subscription.department or subscription.role or subscription.person]
