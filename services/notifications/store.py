"""What the notifications service stores: people, their subscriptions, alerts, and why somebody was not told."""

from __future__ import annotations

from contracts.funding import CallMatchedV1
from kit.store import Aggregates, Collection, Index
from services.notifications.alerts import Alert
from services.notifications.calendars import store as calendars
from services.notifications.changes.store import STANDINGS
from services.notifications.channels import store as channels
from services.notifications.digests import store as digests
from services.notifications.integrators import store as integrators
from services.notifications.ladder import store as ladder
from services.notifications.matters import store as matters
from services.notifications.people import store as people
from services.notifications.subscriptions import store as subscriptions
from services.notifications.suppression import store as suppression
from services.notifications.webhooks import store as webhooks

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
        Index([("person", 1), ("chase.state", 1)]),
        Index([("chase.state", 1), ("chase.answer_by", 1)], where={"chase.state": {"$type": "string"}}),
    ],
)
SILENCES = Collection("silences", indexes=[Index([("call_id", 1)]), Index([("person", 1), ("at", -1)])])

ALL: list[Collection] = [
    *people.ALL,
    *subscriptions.ALL,
    ALERTS,
    SILENCES,
    *matters.ALL,
    STANDINGS,
    *digests.ALL,
    *webhooks.ALL,
    *integrators.ALL,
    *calendars.ALL,
    *suppression.ALL,
    *ladder.ALL,
    *channels.ALL,
]


def call_of(event: CallMatchedV1) -> str:
    return event.call.call_id
