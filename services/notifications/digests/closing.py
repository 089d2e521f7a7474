"""Closes a digest: takes everything of one person that may leave now into it, in one transaction.

What one looks at is the state of the alerts, never "since yesterday": after an outage of any length the same look finds
all that waits. Of two replicas that look at once one commits, the other finds its alerts taken.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from kit.store import Conflict, Store, Work
from services.notifications.alerts import Alert, IllegalTransition
from services.notifications.digests.digest import Digest, digest_id_for
from services.notifications.digests.store import DIGESTS
from services.notifications.people.person import Person
from services.notifications.reasons import reason as say
from services.notifications.store import ALERTS
from services.notifications.subscriptions import Subscription
from services.notifications.subscriptions.store import SUBSCRIPTIONS, subscription_from
from services.notifications.timing.alerts import leave_of

MOST_ALERTS = 1000
"""Alerts in one digest; what is beyond waits for the person's next occasion."""

NOBODY_WANTS_IT = say(
    "unsubscribed", "Oseba se je odjavila, preden je sporočilo odšlo.", "The person unsubscribed before the mail left."
)
OVER_WHILE_IT_WAITED = say(
    "deadline_passed_waiting",
    "Rok je minil, medtem ko je obvestilo čakalo na povzetek.",
    "The deadline passed while the alert waited for its digest.",
)


@dataclass(frozen=True, slots=True)
class Closed:
    """A digest with its alerts, and the subscriptions, by id, that led to them."""

    digest: Digest
    alerts: Sequence[Alert]
    subscriptions: dict[str, Subscription]


async def close_digest(store: Store, person: Person) -> Closed | None:
    """The person's digest, claimed for one attempt; None when there is nothing to say, or somebody else was first."""

    async def close(work: Work) -> Closed | None:
        alerts = await _due(person, work)
        subscriptions = await _enabled(alerts, work)
        taken = await _taken(alerts, person, subscriptions, work)
        if not taken:
            return None
        return await _claimed(taken, person, subscriptions, work)

    try:
        return await store.transact(close, actor=person.id)
    except (Conflict, IllegalTransition):
        return None


async def _due(person: Person, work: Work) -> list[Alert]:
    due = {
        "person": person.id,
        "state": {"$in": ["gathering", "deferred"]},
        "not_before": {"$lte": work.now},
    }
    found = await work.find(ALERTS, due, sort=[("raised_at", 1), ("_id", 1)], limit=MOST_ALERTS)
    return [ALERTS.to_aggregate(document) for document in found]


async def _enabled(alerts: Sequence[Alert], work: Work) -> dict[str, Subscription]:
    ids = sorted({each for alert in alerts for each in alert.subscriptions})
    found = map(subscription_from, await work.find(SUBSCRIPTIONS, {"_id": {"$in": ids}}))
    people = {alert.person for alert in alerts}
    return {each.id: each for each in found if each.wanted and people.isdisjoint(each.left)}


async def _taken(
    alerts: Sequence[Alert], person: Person, subscriptions: dict[str, Subscription], work: Work
) -> list[tuple[Alert, datetime]]:
    """Alerts with their occasions; what may not leave is stored with its reason instead."""
    after = await _latest_closing(person, work)
    taken: list[tuple[Alert, datetime]] = []
    for alert in alerts:
        chosen = [subscriptions[each] for each in alert.subscriptions if each in subscriptions]
        leave = leave_of(alert, person, chosen, work.now, after=after)
        if not person.active or not (chosen or alert.mandatory):
            work.save(ALERTS, alert.withhold(NOBODY_WANTS_IT, work.now))
        elif _over(alert, work.now):
            work.save(ALERTS, alert.withhold(OVER_WHILE_IT_WAITED, work.now))
        elif leave.why is not None:
            work.save(ALERTS, alert.put_off(leave.at, leave.why))
        elif leave.occasion is not None:
            taken.append((alert, leave.occasion))
    return taken


async def _claimed(
    taken: Sequence[tuple[Alert, datetime]], person: Person, subscriptions: dict[str, Subscription], work: Work
) -> Closed:
    ids = tuple(alert.alert_id for alert, _ in taken)
    behind = tuple(sorted({each for alert, _ in taken for each in alert.subscriptions if each in subscriptions}))
    occasion = max(when for _, when in taken)
    known = await work.load(DIGESTS, digest_id_for(person.id, occasion))
    if known is not None and known.state == "put_back":
        digest = known.closed_again(ids, behind, work.now)
    else:
        digest = Digest.closed(person.id, occasion if known is None else work.now, ids, behind, work.now)
    stored = work.save(DIGESTS, digest)
    claimed = [work.save(ALERTS, alert.sending_in(stored.digest_id, work.now)) for alert, _ in taken]
    return Closed(stored, claimed, subscriptions)


async def _latest_closing(person: Person, work: Work) -> datetime | None:
    found = await work.find(DIGESTS, {"person": person.id}, sort=[("closed_at", -1)], limit=1)
    return DIGESTS.to_aggregate(found[0]).closed_at if found else None


def _over(alert: Alert, now: datetime) -> bool:
    """Whether it would only say that one may still apply, when one may not any more."""
    return (
        alert.kind in ("call_matched", "call_found", "deadline_near")
        and alert.deadline is not None
        and alert.deadline <= now
    )
