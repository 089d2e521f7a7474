"""What the notifications service hears: that a call fits an activity."""

from __future__ import annotations

from contracts.funding import CallMatchedV1
from kit.bus.handlers import handles
from kit.store import Work
from services.notifications.alerts import Alert
from services.notifications.identity import alert_id_for
from services.notifications.judging import judge
from services.notifications.store import ALERTS, SILENCES, call_of, listeners


@handles(CallMatchedV1, entity=call_of)
async def raise_alerts(event: CallMatchedV1, work: Work) -> None:
    """Everyone whose subscription the match meets is told once; everyone else gets a stored reason why not."""
    alerts: dict[str, Alert] = {}
    changed: dict[str, Alert] = {}
    for subscription, person in await listeners(work):
        alert_id = alert_id_for("call_matched", person.id, event.call)
        previous = alerts.get(alert_id) or await work.load(ALERTS, alert_id)
        verdict = judge(subscription, person, event, previous, work.now)
        if isinstance(verdict, Alert):
            alerts[alert_id] = changed[alert_id] = verdict
        else:
            work.put(SILENCES, {"_id": verdict.silence_id, **verdict.model_dump(mode="python")})
    for alert in changed.values():
        work.save(ALERTS, alert)
