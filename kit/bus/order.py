"""Order within one entity, for the handlers that ask for it."""

from __future__ import annotations

from datetime import timedelta

from contracts.envelope import Envelope
from kit.bus.handlers import Handler, Retry
from kit.store import Work
from kit.store.sequences import last_handled, remember

FIRST_PAUSE = 0.1
LONGEST_PAUSE = 10.0
PATIENCE = 30.0


class Early(Exception):
    """An event came before the one that must take effect first; `last` is the one that did."""

    def __init__(self, envelope: Envelope, last: int) -> None:
        super().__init__(f"event {envelope.sequence} of {envelope.subject} came, event {last + 1} has not taken effect")
        self.last = last


async def its_turn(work: Work, handler: Handler, envelope: Envelope) -> bool:
    """Whether the event may take effect now, as far as its handler asks for order; False: never more. Raises Early."""
    if handler.in_order:
        return await in_order(work, handler, envelope)
    return not handler.latest or await is_latest(work, handler, envelope)


async def is_latest(work: Work, handler: Handler, envelope: Envelope) -> bool:
    """Whether no later event of the entity has taken effect in this handler."""
    last = await last_handled(work, handler.name, _entity(envelope))
    if envelope.sequence < last:
        return False
    remember(work, handler.name, _entity(envelope), envelope.sequence)
    return True


async def in_order(work: Work, handler: Handler, envelope: Envelope) -> bool:
    """Whether it is this event's turn; False for one whose place has been taken. Raises Early."""
    last = await last_handled(work, handler.name, _entity(envelope))
    if envelope.sequence > last + 1:
        raise Early(envelope, last)
    if envelope.sequence <= last:
        return False
    remember(work, handler.name, _entity(envelope), envelope.sequence)
    return True


def _entity(envelope: Envelope) -> str:
    return f"{envelope.contract.service}.{envelope.contract.entity}:{envelope.subject}"


def park_delay(waited: timedelta, retry: Retry) -> float | None:
    """Seconds until an early event may come again; None: it has waited enough for the one before it.

    Enough is what that one may need for all its attempts, and a little more.
    """
    seconds = waited.total_seconds()
    if seconds > retry.longest + PATIENCE:
        return None
    return min(max(FIRST_PAUSE, seconds / 4), LONGEST_PAUSE)
