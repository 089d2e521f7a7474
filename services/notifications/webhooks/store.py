"""What is kept of webhooks: the addresses, what is to be delivered, and every attempt."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from kit.store import Aggregates, Collection, Index, Store, Work
from services.notifications.webhooks.webhook import Webhook

_DAY = 24 * 3600

WEBHOOKS = Aggregates("webhooks", of=Webhook, key="webhook_id", indexes=[Index([("owner", 1)]), Index([("state", 1)])])

# state: waiting, sending, held, delivered, failed. `due`: when somebody has to look at it; null once settled or held.
DELIVERIES = Collection(
    "webhook_deliveries",
    indexes=[
        Index([("due", 1)]),
        Index([("webhook", 1), ("_id", -1)]),
        Index([("webhook", 1), ("entity", 1), ("order", 1)]),
        Index([("created_at", 1)], expire_after=90 * _DAY),
    ],
)
ATTEMPTS = Collection(
    "webhook_attempts", indexes=[Index([("delivery", 1), ("_id", 1)]), Index([("at", 1)], expire_after=90 * _DAY)]
)

ALL = [WEBHOOKS, DELIVERIES, ATTEMPTS]
UNSETTLED = ("waiting", "sending", "held")


def delivery(
    webhook: Webhook, *, message_id: str, type_: str, entity: str, order: str, body: bytes, now: datetime
) -> dict[str, Any]:
    """A row that says: this is to be posted there. One per webhook and event, however often the event comes."""
    active = webhook.state == "active"
    return {
        "_id": f"{message_id}.{webhook.webhook_id}",
        "webhook": webhook.webhook_id,
        "message_id": message_id,
        "type": type_,
        "entity": entity,
        "order": order,
        "body": body,
        "state": "waiting" if active else "held",
        "due": now if active else None,
        "tries": 0,
        "attempts": 0,
        "created_at": now,
        "settled_at": None,
        "claim": None,
        "last": None,
    }


async def waiting_first(webhook: Webhook, row: dict[str, Any], work: Work) -> bool:
    """Whether something about the same entity is to be delivered before this one."""
    earlier = {
        "webhook": webhook.webhook_id,
        "entity": row["entity"],
        "order": {"$lt": row["order"]},
        "state": {"$in": list(UNSETTLED)},
    }
    return bool(await work.find(DELIVERIES, earlier, limit=1))


async def webhooks_of(store: Store, query: dict[str, Any]) -> list[Webhook]:
    return [WEBHOOKS.to_aggregate(each) async for each in store[WEBHOOKS].find(query, sort=[("_id", 1)])]


def again(work: Work, rows: list[dict[str, Any]]) -> int:
    """Have rows delivered once more, with the whole schedule before them; how many."""
    for row in rows:
        change = {"state": "waiting", "due": work.now, "tries": 0, "settled_at": None, "claim": None}
        work.update(DELIVERIES, {"_id": row["_id"]}, {"$set": change})
    return len(rows)
