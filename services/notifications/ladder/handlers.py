"""What the ladder hears: that an application was submitted, so that nobody is reminded of its deadline."""

from __future__ import annotations

from contracts.funding import ApplicationStateChangedV1
from kit.bus.handlers import handles
from kit.store import Work
from services.notifications.ladder.standing import taken_care_of
from services.notifications.ladder.store import note, states_of
from services.notifications.store import ALERTS


@handles(ApplicationStateChangedV1)
async def note_submitted(event: ApplicationStateChangedV1, work: Work) -> None:
    """A reminder that still waits for its hour stays behind once it is pointless."""
    version = work.cause.sequence if work.cause is not None else 0
    if not await note(event.application_id, event.call_id, event.after, version, work):
        return
    others = await states_of(event.call_id, work, but=event.application_id)
    why = taken_care_of([*others, event.after])
    waiting = {"call.call_id": event.call_id, "kind": "deadline_near", "state": {"$in": ["gathering", "deferred"]}}
    if why is not None:
        for document in await work.find(ALERTS, waiting):
            work.save(ALERTS, ALERTS.to_aggregate(document).withhold(why, work.now))


HANDLERS = [note_submitted]
