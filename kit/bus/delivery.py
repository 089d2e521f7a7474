"""One message as JetStream delivered it, and the codec that lets FastStream hand it over whole.

FastStream would pass `application/cloudevents+json` on as raw bytes, and its default acknowledgement
drops a message at the first error. Here decoding never raises: what cannot be read is a finding that the
consumer retries or stores as a dead letter, with its reason.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from contracts.envelope import CONTENT_TYPE, Envelope, Unreadable, decode
from kit.store.outbox import BODY_LIMIT

REDRIVEN = "redrive."
ORIGINAL_SUBJECT = "Cinnabar-Subject"
ORIGINAL_ID = "Cinnabar-Original"


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
        found: dict[str, str] = self.raw.headers or {}
        return found

    @property
    def told(self) -> dict[str, str]:
        """What a redrive says about the first life of the message; nobody else is believed."""
        return self.headers if self.raw.subject.startswith(REDRIVEN) else {}

    @property
    def subject(self) -> str:
        """Where the message was published at first."""
        return str(self.told.get(ORIGINAL_SUBJECT) or self.raw.subject)

    @property
    def origin(self) -> str:
        """Stream and sequence under which the message was stored at first: `INGEST:17`."""
        return str(self.told.get(ORIGINAL_ID) or f"{self.stream}:{self.stream_sequence}")

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

    async def term(self, reason: str) -> None:
        """End it for this consumer. The server repeats `reason` in its advisory."""
        await self.raw._client.publish(self.raw.reply, f"+TERM {reason}".encode())
        self.raw._ackd = True

    async def still_working(self) -> None:
        await self.raw.in_progress()


class CloudEventsCodec:
    """FastStream codec: each message of a batch becomes a `Delivery`; encoding is the envelope's own.

    Item by item, so that one bad message cannot spoil the batch it came in.
    """

    __slots__ = ()

    async def decode(self, msg: Any) -> Any:
        return read(msg.raw_message)

    async def decode_batch(self, msg: Any) -> Any:
        return [read(raw) for raw in msg.raw_message]

    async def encode(self, msg: Any, serializer: Any = None) -> tuple[bytes, str | None]:
        return (msg.encode() if isinstance(msg, Envelope) else bytes(msg)), CONTENT_TYPE

    async def encode_batch(self, msgs: Any, serializer: Any = None) -> list[tuple[bytes, str | None]]:
        return [await self.encode(msg, serializer) for msg in msgs]


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
