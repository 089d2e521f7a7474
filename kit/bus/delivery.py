"""One message as JetStream delivered it, and the codec that lets FastStream hand it over whole.

FastStream would pass `application/cloudevents+json` on as raw bytes, and its default acknowledgement
drops a message at the first error. Here decoding never raises: what cannot be read is a finding that the
consumer retries or stores as a dead letter, with its reason.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from contracts.envelope import CONTENT_TYPE, Envelope, Unreadable, decode

BODY_LIMIT = 1024 * 1024


@dataclass(slots=True, eq=False)
class Delivery:
    """One delivery of one message. Exactly one of `envelope` and `defect` is set."""

    raw: Any
    envelope: Envelope | None = None
    defect: Unreadable | None = None

    @property
    def body(self) -> bytes:
        data: bytes = self.raw.data
        return data

    @property
    def headers(self) -> dict[str, str]:
        return dict(self.raw.headers or {})

    @property
    def subject(self) -> str:
        return str(self.raw.subject)

    @property
    def stream(self) -> str:
        return str(self.raw.metadata.stream)

    @property
    def stream_sequence(self) -> int:
        return int(self.raw.metadata.sequence.stream)

    @property
    def delivered(self) -> int:
        """How often the server has delivered this message to this consumer, this time included."""
        return int(self.raw.metadata.num_delivered)

    async def ack(self) -> None:
        await self.raw.ack()

    async def nak(self, delay: float = 0) -> None:
        await self.raw.nak(delay=delay or None)

    async def term(self) -> None:
        await self.raw.term()

    async def still_working(self) -> None:
        await self.raw.in_progress()


class CloudEventsCodec:
    """FastStream codec: a message becomes a `Delivery`; encoding is the envelope's own."""

    __slots__ = ()

    async def decode(self, msg: Any) -> Any:
        return read(msg.raw_message)

    async def encode(self, msg: Any, serializer: Any = None) -> tuple[bytes, str | None]:
        return (msg.encode() if isinstance(msg, Envelope) else bytes(msg)), CONTENT_TYPE


def read(raw: Any) -> Delivery:
    """Decode a JetStream message; the content type's header may be written in any case."""
    delivery = Delivery(raw)
    try:
        content_type = next((v for k, v in delivery.headers.items() if k.lower() == "content-type"), CONTENT_TYPE)
        if content_type.split(";")[0].strip().lower() != CONTENT_TYPE:
            raise Unreadable("wrong_content_type", f"content type {content_type!r}; send {CONTENT_TYPE}")
        if len(delivery.body) > BODY_LIMIT:
            raise Unreadable("too_large", f"the body has {len(delivery.body)} bytes; at most {BODY_LIMIT} are read")
        delivery.envelope = decode(delivery.body)
    except Unreadable as defect:
        delivery.defect = defect
    return delivery
