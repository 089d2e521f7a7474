"""What is kept of channels besides e-mail: routes, and what goes by them."""

from __future__ import annotations

from typing import Any

from kit.store import Aggregates, Collection, Index, Store
from services.notifications.channels.delivery import Delivery
from services.notifications.channels.route import Route

ROUTES = Aggregates("routes", of=Route, key="route_id", indexes=[Index([("person", 1)]), Index([("department", 1)])])
DELIVERIES = Aggregates(
    "deliveries",
    of=Delivery,
    key="delivery_id",
    indexes=[
        Index([("state", 1), ("not_before", 1)]),
        Index([("alert_id", 1)]),
        Index([("settled_at", 1)], expire_after=400 * 24 * 3600),
    ],
)
KEYS = Collection("channel_keys")

ALL: list[Collection] = [ROUTES, DELIVERIES, KEYS]


async def routes_of(store: Store, query: dict[str, Any]) -> list[Route]:
    found = store[ROUTES].find({"ended_at": None, **query}, sort=[("_id", 1)])
    return [ROUTES.to_aggregate(each) async for each in found]
