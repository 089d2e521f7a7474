"""Which alerts an inbox shows, in which order, and where its next page begins."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Literal, NamedTuple

from kit.store import Store
from kit.store.letters import holding
from services.notifications.alerts import Alert
from services.notifications.kinds import KINDS, Group
from services.notifications.store import ALERTS

Part = Literal["waiting", "done"]

PAGE = 30
_LAST_CHOICE = {"$ifNull": [{"$last": "$decisions.choice"}, "seen"]}
_UNANSWERED = {"over": None, "$expr": {"$eq": [_LAST_CHOICE, "seen"]}}


class Asked(NamedTuple):
    """What the reader looks for: words of a title or a reference, and one group of kinds. Empty lets all through."""

    words: str = ""
    group: Group | None = None

    @property
    def query(self) -> dict[str, Any]:
        wanted: dict[str, Any] = {}
        if self.group is not None:
            wanted["kind"] = {"$in": [kind.code for kind in KINDS.values() if kind.group == self.group]}
        found = [{"$or": [{field: holding(word)} for field in _SEARCHED]} for word in self.words.split()]
        return wanted | ({"$and": found} if found else {})


_SEARCHED = ("call.title", "call.title_sl", "call.title_en", "call.reference", "matter.title.sl", "matter.title.en")


class Alerts(NamedTuple):
    """One page of an inbox, newest first; `next` is where the following one begins, None on the last."""

    items: list[Alert]
    next: str | None


async def page_of_alerts(
    store: Store, whose: dict[str, Any], asked: Asked, part: Part, *, after: str | None = None, limit: int = PAGE
) -> Alerts:
    """`after` is the `next` of the page before; one that is none begins at the start."""
    state = _UNANSWERED if part == "waiting" else {"$nor": [_UNANSWERED]}
    query = {"$and": [whose, asked.query, state, _older(after)]}
    found = store[ALERTS].find(query, sort=[("raised_at", -1), ("_id", -1)], limit=limit + 1)
    alerts = [ALERTS.to_aggregate(document) async for document in found]
    shown = alerts[:limit]
    return Alerts(shown, _cursor(shown[-1]) if len(alerts) > limit else None)


async def newer_news(store: Store, alerts: Sequence[Alert]) -> dict[str, Alert]:
    """By id of an alert: the last thing its person was told of that call since, as what the alert says may not hold."""
    told = [alert for alert in alerts if alert.call]
    calls, people = {alert.about_id for alert in told}, {alert.person for alert in told}
    query = {"call.call_id": {"$in": sorted(calls)}, "person": {"$in": sorted(people)}, "withheld": None}
    found = store[ALERTS].find(query, sort=[("raised_at", 1), ("_id", 1)])
    heard = [ALERTS.to_aggregate(document) async for document in found]
    latest = {(alert.person, alert.about_id): alert for alert in heard}
    newest = {alert.alert_id: latest.get((alert.person, alert.about_id), alert) for alert in told}
    return {alert.alert_id: newer for alert in told if (newer := newest[alert.alert_id]).raised_at > alert.raised_at}


def _cursor(alert: Alert) -> str:
    return f"{alert.raised_at.isoformat()}~{alert.alert_id}"


def _older(cursor: str | None) -> dict[str, Any]:
    raised, _, alert_id = (cursor or "").partition("~")
    try:
        moment = datetime.fromisoformat(raised)
    except ValueError:
        return {}
    if moment.tzinfo is None:
        return {}
    return {"$or": [{"raised_at": {"$lt": moment}}, {"raised_at": moment, "_id": {"$lt": alert_id}}]}
