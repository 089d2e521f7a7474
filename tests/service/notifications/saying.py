"""What another service says, put on its stream."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from contracts.envelope import CONTENT_TYPE, Envelope
from contracts.registry import Event
from kit.clock import now, uuid7
from tests.conftest import Running


async def say(system: Running, event: Event, sequence: int, *, ago: timedelta = timedelta(0)) -> None:
    """Put an event on its stream, as its producer's relay does."""
    moment = now() - ago
    said = _made_at(moment)
    envelope = Envelope(
        id=said,
        municipality="idrija",
        subject=str(getattr(event, event.contract.subject_field)),
        sequence=sequence,
        time=moment,
        event=event,
        correlation_id=said,
    )
    headers = {"Nats-Msg-Id": said, "Content-Type": CONTENT_TYPE}
    await system.runtime.bus.jetstream.publish(envelope.nats_subject, envelope.encode(), headers=headers)


def _made_at(moment: datetime) -> str:
    """A UUIDv7 of that moment."""
    unlike = int(UUID(uuid7())) & ((1 << 80) - 1)
    return str(UUID(int=(int(moment.timestamp() * 1000) << 80) | unlike))
