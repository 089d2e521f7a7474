"""What the notifications service hears: that a call fits an activity, and what was decided about it."""

from __future__ import annotations

from contracts.funding import CallMatchedV1
from kit.bus.handlers import handles
from kit.clock import moment_of
from kit.store import Work
from kit.telemetry import traceparent
from services.notifications.alerts import Alert
from services.notifications.identity import alert_id_for
from services.notifications.judging import gathering_time, judge
from services.notifications.store import ALERTS, SILENCES, call_of
from services.notifications.subscriptions.history import heard_of, remember
from services.notifications.subscriptions.store import concerned_by


@handles(CallMatchedV1, entity=call_of)
async def raise_alerts(event: CallMatchedV1, work: Work) -> None:
    """Everyone whose subscription the match meets is told once; everyone else gets a stored reason why not."""
    began = moment_of(work.cause.correlation_id) if work.cause is not None else None
    remember(heard_of(event.call, "matched", work, match=event), work)
    told = await work.find(ALERTS, {"call.call_id": event.call.call_id})
    alerts = {alert.alert_id: alert for alert in map(ALERTS.to_aggregate, told)}
    changed: dict[str, Alert] = {}
    for subscription, person in await concerned_by(event, work):
        alert_id = alert_id_for("call_matched", person.id, event.call)
        previous = alerts.get(alert_id)
        earlier = [each for each in alerts.values() if each.person == person.id and each.alert_id != alert_id]
        verdict = judge(subscription, person, event, previous, work.now, earlier=earlier, gather=gathering_time(event))
        if isinstance(verdict, Alert):
            alerts[alert_id] = changed[alert_id] = verdict.because_of(began, traceparent())
        else:
            work.put(SILENCES, {"_id": verdict.silence_id, **verdict.model_dump(mode="python")})
    if event.more == 0:
        changed |= {alert_id: alert.complete(work.now) for alert_id, alert in alerts.items() if _waits(alert, event)}
    for alert in changed.values():
        work.save(ALERTS, alert)


def _waits(alert: Alert, event: CallMatchedV1) -> bool:
    """Whether an alert about this version of the call waits for more of its activities."""
    return alert.state == "gathering" and alert.alert_id == alert_id_for("call_matched", alert.person, event.call)
