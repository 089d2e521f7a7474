"""Order within one entity, for the handlers that ask for it."""

from __future__ import annotations

from datetime import datetime

from contracts.envelope import Envelope
from kit.bus.handlers import Handler, Retry
from kit.clock import now
from kit.store import Work
from kit.store.sequences import advance, last_handled

FIRST_PAUSE = 0.2
LONGEST_PAUSE = 10.0
PATIENCE = 30.0


class Early(Exception):
    """An event came before the one that must take effect first."""


async def in_order(work: Work, handler: Handler, envelope: Envelope) -> bool:
    """Whether it is this event's turn; False for one whose place has been taken. Raises Early."""
    entity = f"{envelope.contract.service}.{envelope.contract.entity}:{envelope.subject}"
    last = await last_handled(work.database, handler.name, entity)
    if envelope.sequence > last + 1:
        raise Early(f"event {envelope.sequence} of {envelope.subject} came, event {last + 1} has not taken effect")
    if envelope.sequence <= last:
        return False
    advance(work, handler.name, entity, envelope.sequence)
    return True


def park_delay(times: int, since: datetime, retry: Retry) -> float | None:
    """Seconds until an early event that was parked `times` times may come again; None: it has waited enough.

    Enough is what the event before it may need for all its attempts, and a little more.
    """
    if (now() - since).total_seconds() > retry.longest + PATIENCE:
        return None
    return float(min(FIRST_PAUSE * 2 ** min(times - 1, 10), LONGEST_PAUSE))
