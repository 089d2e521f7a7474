"""From the notifications service: what became of alerts. Whom they were for is nobody's business here."""

from __future__ import annotations

from contracts.notifications import AlertAcknowledgedV1, AlertDeliveredV1, AlertFailedV1, AlertRaisedV1
from kit.bus.handlers import handles
from kit.store import Work
from services.reporting.projections.newest import cause_of, keep_newest
from services.reporting.store import ALERTS


@handles(AlertRaisedV1)
async def alert_raised(event: AlertRaisedV1, work: Work) -> None:
    raised = event.model_dump(include={"kind", "title", "call_id", "activity_id", "deadline"})
    keep_newest(work, ALERTS, event.alert_id, "raised", {**raised, "at": cause_of(work).time})


@handles(AlertDeliveredV1)
async def alert_delivered(event: AlertDeliveredV1, work: Work) -> None:
    """Each channel delivers in its own time; the first is looked for when it is needed."""
    delivered = {"at": event.delivered_at}
    keep_newest(work, ALERTS, event.alert_id, f"delivered.{event.channel}", delivered)


@handles(AlertFailedV1)
async def alert_failed(event: AlertFailedV1, work: Work) -> None:
    failed = {"at": cause_of(work).time, "channel": event.channel, "reason": event.reason}
    keep_newest(work, ALERTS, event.alert_id, "failed", failed)


@handles(AlertAcknowledgedV1)
async def alert_acknowledged(event: AlertAcknowledgedV1, work: Work) -> None:
    decided = event.model_dump(include={"decision", "call_id", "activity_id"})
    keep_newest(work, ALERTS, event.alert_id, "acknowledged", decided)


HANDLERS = [alert_raised, alert_delivered, alert_failed, alert_acknowledged]
