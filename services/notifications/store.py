"""What the notifications service stores: people, their subscriptions, alerts, and why somebody was not told."""

from __future__ import annotations

from typing import Any

from contracts.funding import CallMatchedV1
from kit.store import Aggregates, Collection, Index, Store, Work
from services.notifications.alerts import Alert
from services.notifications.calendars import store as calendars
from services.notifications.digests import store as digests
from services.notifications.integrators import store as integrators
from services.notifications.ladder import store as ladder
from services.notifications.matters import store as matters
from services.notifications.people import store as people
from services.notifications.people.person import Person
from services.notifications.people.store import PEOPLE, person_from
from services.notifications.subscriptions import Subscription
from services.notifications.suppression import store as suppression
from services.notifications.webhooks import store as webhooks

SUBSCRIPTIONS = Collection("subscriptions", indexes=[Index([("person", 1)]), Index([("kinds", 1), ("enabled", 1)])])
ALERTS = Aggregates(
    "alerts",
    of=Alert,
    key="alert_id",
    indexes=[
        Index([("state", 1), ("not_before", 1)]),
        Index([("person", 1), ("raised_at", -1)]),
        Index([("call.call_id", 1)]),
        Index([("matter.type", 1), ("matter.id", 1)]),
        Index([("message_id", 1)]),
        Index([("family", 1)], where={"family": {"$type": "string"}}),
        Index([("remind_at", 1)], where={"remind_at": {"$type": "date"}}),
        Index([("chase.answer_by", 1)], where={"chase.state": "waiting"}),
    ],
)
SILENCES = Collection("silences", indexes=[Index([("call_id", 1)]), Index([("person", 1), ("at", -1)])])

ALL = [
    *people.ALL,
    SUBSCRIPTIONS,
    ALERTS,
    SILENCES,
    *matters.ALL,
    *digests.ALL,
    *webhooks.ALL,
    *integrators.ALL,
    *calendars.ALL,
    *suppression.ALL,
    *ladder.ALL,
]


def document_of(value: Subscription) -> dict[str, Any]:
    fields = value.model_dump(mode="python")
    return {"_id": fields["id"], **fields}


def subscription_from(document: dict[str, Any]) -> Subscription:
    return Subscription.model_validate(document)


async def listeners(work: Work, kind: str = "call_matched") -> list[tuple[Subscription, Person]]:
    """Everybody who subscribes to such news, switched off or not: silence needs a reason, too."""
    found = [subscription_from(each) for each in await work.find(SUBSCRIPTIONS, {"kinds": kind})]
    ids = sorted({subscription.person for subscription in found})
    known = {each["_id"]: person_from(each) for each in await work.find(PEOPLE, {"_id": {"$in": ids}})}
    return [(subscription, known[subscription.person]) for subscription in found if subscription.person in known]


async def subscription(store: Store, subscription_id: str) -> Subscription | None:
    document = await store[SUBSCRIPTIONS].find_one({"_id": subscription_id})
    return None if document is None else subscription_from(document)


def call_of(event: CallMatchedV1) -> str:
    return event.call.call_id
