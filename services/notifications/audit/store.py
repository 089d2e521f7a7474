"""The trails of one call, a page of subscriptions at a time."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from kit.clock import now
from kit.http.paging import Page
from kit.store import Store
from services.notifications.alerts import Alert
from services.notifications.audit.trail import Trail, trail_of, trail_of_asked
from services.notifications.channels.store import DELIVERIES
from services.notifications.judging import Silence
from services.notifications.store import ALERTS, SILENCES
from services.notifications.subscriptions.store import SUBSCRIPTIONS, subscription_from

ASKED = 200
"""People whom others asked about one call: they follow the last of the subscriptions."""


async def trails(store: Store, call_id: str, whose: dict[str, Any], page: Page) -> tuple[list[Trail], str | None]:
    """Trails of the subscriptions that `whose` selects, in the order of their ids, and the cursor of the next page."""
    bounded = whose if page.after is None else {"$and": [whose, {"_id": {"$gt": page.after}}]}
    found = await store[SUBSCRIPTIONS].find(bounded, sort=[("_id", 1)], limit=page.limit + 1).to_list(None)
    subscriptions = [subscription_from(document) for document in found[: page.limit]]
    people = sorted({each.person for each in subscriptions})
    alerts: dict[str, list[Alert]] = defaultdict(list)
    async for document in store[ALERTS].find({"call.call_id": call_id, "person": {"$in": people}}):
        alert = ALERTS.to_aggregate(document)
        alerts[alert.person].append(alert)
    silences: dict[str, list[Silence]] = defaultdict(list)
    async for document in store[SILENCES].find({"call_id": call_id, "person": {"$in": people}}):
        silence = Silence.model_validate(document)
        silences[silence.person].append(silence)
    told = [alert.alert_id for of_person in alerts.values() for alert in of_person]
    other = store[DELIVERIES].find({"alert_id": {"$in": told}})
    deliveries = [DELIVERIES.to_aggregate(document) async for document in other]
    moment = now()
    shown = [trail_of(each, alerts[each.person], silences[each.person], moment, deliveries) for each in subscriptions]
    more = len(found) > page.limit
    if not more:
        query = {"call.call_id": call_id, "asked": {"$ne": None}, **whose}
        asked = store[ALERTS].find(query, sort=[("raised_at", 1)], limit=ASKED)
        shown += [trail_of_asked(ALERTS.to_aggregate(document), moment) async for document in asked]
    return shown, subscriptions[-1].id if more else None


async def title_of(store: Store, call_id: str) -> str | None:
    """The call's title as alerts know it; None when nobody was ever told of it."""
    document = await store[ALERTS].find_one({"call.call_id": call_id}, sort=[("raised_at", -1)])
    return None if document is None else str(document["call"]["title"])
