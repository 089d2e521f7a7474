"""What this service hears: payloads of devices, and the activities of the plan."""

from __future__ import annotations

from pydantic_core import from_json

from contracts.actions import NeedChangedV1
from kit import metrics
from kit.bus.handlers import Permanent, RawMessage, handles, receives
from kit.store import Work
from services.sensors import store
from services.sensors.identity import device_of_subject
from services.sensors.readings import parse
from services.sensors.recording import record
from services.sensors.refusal import Refused


@receives("INGEST", "ingest.{municipality}.>")
async def take_in(message: RawMessage, work: Work) -> None:
    """The same JSON as over HTTP, on the device's own subject. What is refused becomes a dead letter, whole."""
    try:
        payload = from_json(message.body, allow_inf_nan=False)
    except ValueError as error:
        raise _refused("bad_json", f"the body is not JSON: {error}") from None
    try:
        batch = parse(payload, now=work.now, device=device_of_subject(message.subject))
        await record(batch, work)
    except Refused as refused:
        told = "; ".join(f"{defect.field}: {defect.message} ({defect.mend})" for defect in refused.defects[:5])
        raise _refused("bad_reading", told) from None


def _refused(code: str, message: str) -> Permanent:
    metrics.REFUSED.labels("sensors", code).inc()
    return Permanent(code, message)


@handles(NeedChangedV1)
async def remember_activity(event: NeedChangedV1, work: Work) -> None:
    """Keep an activity's title, so that pages can say what a series is good for."""
    if work.cause is None:
        raise LookupError("an event is handled because of an envelope")
    sequence = work.cause.sequence
    known = await work.get(store.ACTIVITIES, event.activity_id)
    if known is not None and known["sequence"] >= sequence:
        return
    # the guard in the query holds if another replica was quicker: the insert then collides, and this runs again
    work.update(
        store.ACTIVITIES,
        {"_id": event.activity_id, "sequence": {"$lt": sequence}},
        {
            "$set": {
                "number": event.number,
                "title": event.title,
                "title_sl": event.title_sl,
                "removed": event.removed,
                "sequence": sequence,
            }
        },
        upsert=True,
    )
