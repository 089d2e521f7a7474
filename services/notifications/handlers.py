"""What the notifications service hears: that a call fits an activity, and what was decided about it."""

from __future__ import annotations

from collections.abc import Iterable

from contracts.funding import CallFacts, CallMatchedV1
from kit.bus.handlers import handles
from kit.clock import moment_of
from kit.store import Work
from kit.telemetry import traceparent
from services.notifications.alerts import Alert
from services.notifications.changes.store import as_it_stands
from services.notifications.identity import alert_id_for, call_version
from services.notifications.judging import gathering_time, judge
from services.notifications.store import ALERTS, SILENCES, call_of
from services.notifications.subscriptions.history import heard_of, remember
from services.notifications.subscriptions.store import concerned_by

_FIRST = ("call_matched", "call_found")


@handles(CallMatchedV1, entity=call_of)
async def raise_alerts(event: CallMatchedV1, work: Work) -> None:
    """Everyone whose subscription the match meets is told once; everyone else gets a stored reason why not."""
    began = moment_of(work.cause.correlation_id) if work.cause is not None else None
    remember(heard_of(event.call, "matched", work, match=event), work)
    event = event.model_copy(update={"call": await as_it_stands(event.call, work)})
    told = await work.find(ALERTS, {"call.call_id": event.call.call_id})
    alerts = {alert.alert_id: alert for alert in map(ALERTS.to_aggregate, told)}
    changed: dict[str, Alert] = {}
    for subscription, person in await concerned_by(event, work):
        alert_id = alert_id_for("call_matched", person.id, event.call)
        previous = alerts.get(alert_id) or _unsent(alerts.values(), person.id, event.call)
        earlier = [each for each in alerts.values() if each.person == person.id and each is not previous]
        verdict = judge(subscription, person, event, previous, work.now, earlier=earlier, gather=gathering_time(event))
        if isinstance(verdict, Alert):
            alerts[verdict.alert_id] = changed[verdict.alert_id] = verdict.because_of(began, traceparent())
        else:
            work.put(SILENCES, {"_id": verdict.silence_id, **verdict.model_dump(mode="python")})
    if event.more == 0:
        changed |= {alert_id: alert.complete(work.now) for alert_id, alert in alerts.items() if _waits(alert, event)}
    for alert in changed.values():
        work.save(ALERTS, alert)


def _waits(alert: Alert, event: CallMatchedV1) -> bool:
    """Whether an alert about this version of the call waits for more of its activities."""
    return alert.state == "gathering" and alert.kind in _FIRST and _same_version(alert, event.call)


def _unsent(alerts: Iterable[Alert], person: str, call: CallFacts) -> Alert | None:
    """The person's alert that was raised on an earlier version, and tells this one because its mail has not left."""
    return next(
        (
            alert
            for alert in alerts
            if alert.person == person and alert.kind in _FIRST and alert.takes_fits and _same_version(alert, call)
        ),
        None,
    )


def _same_version(alert: Alert, call: CallFacts) -> bool:
    return call_version(alert.told_call) == call_version(call)
