"""Events nobody could handle, kept with their reason until somebody decides.

A dead letter is the original body; everything about it is in headers, so that it can be listed without
reading bodies. A redrive goes to the one handler that failed, over a subject only it listens to.
"""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from nats.js.api import ConsumerConfig, DeliverPolicy
from nats.js.errors import NotFoundError

from contracts.envelope import CONTENT_TYPE
from kit.bus.delivery import Delivery
from kit.clock import now, uuid7

log = logging.getLogger(__name__)

STREAM = "DEADLETTERS"
SUBJECTS = "deadletters.>"


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """One event one handler could not handle."""

    sequence: int
    service: str
    handler: str
    code: str
    reason: str
    attempts: int
    first_at: datetime
    last_at: datetime
    subject: str
    stream: str
    stream_sequence: int
    body: bytes


def redrive_subject(stream: str, durable: str) -> str:
    return f"redrive.{stream.lower()}.{durable}"


class DeadLetters:
    """The dead-letter stream: what is in it, and what may be done with it."""

    def __init__(self, jetstream: Any) -> None:
        self._js = jetstream

    async def bury(
        self, delivery: Delivery, *, municipality: str, service: str, durable: str, code: str, reason: str
    ) -> None:
        """Store a delivery as a dead letter and wait until the server has it. Burying twice keeps one."""
        headers = {
            "content-type": CONTENT_TYPE,
            "Nats-Msg-Id": f"{durable}:{delivery.stream}:{delivery.stream_sequence}",
            "Cinnabar-Handler": durable,
            "Cinnabar-Service": service,
            "Cinnabar-Code": code,
            "Cinnabar-Reason": _one_line(reason),
            "Cinnabar-Attempts": str(delivery.delivered),
            "Cinnabar-First-At": delivery.raw.metadata.timestamp.astimezone(UTC).isoformat(),
            "Cinnabar-Last-At": now().isoformat(),
            "Cinnabar-Subject": delivery.subject,
            "Cinnabar-Stream": delivery.stream,
            "Cinnabar-Stream-Sequence": str(delivery.stream_sequence),
        }
        await self._js.publish(
            f"deadletters.{municipality}.{service}.{durable}", delivery.body, stream=STREAM, headers=headers, timeout=5
        )

    async def each(self, *, handler: str | None = None, code: str | None = None) -> AsyncIterator[DeadLetter]:
        """Every dead letter, oldest first."""
        subject = f"deadletters.*.*.{handler}" if handler else SUBJECTS
        subscription = await self._js.subscribe(
            subject,
            stream=STREAM,
            ordered_consumer=True,
            config=ConsumerConfig(deliver_policy=DeliverPolicy.ALL),
        )
        try:
            pending = (await subscription.consumer_info()).num_pending or 0
            while pending > 0:
                message = await subscription.next_msg(timeout=5)
                pending = message.metadata.num_pending
                letter = _letter(message.metadata.sequence.stream, message.headers or {}, message.data)
                if code is None or letter.code == code:
                    yield letter
        finally:
            await subscription.unsubscribe()

    async def get(self, sequence: int) -> DeadLetter | None:
        try:
            message = await self._js.get_msg(STREAM, sequence)
        except NotFoundError:
            return None
        return _letter(sequence, message.headers or {}, message.data or b"")

    async def redrive(self, letter: DeadLetter) -> None:
        """Give the event to its handler once more, then forget the letter. The inbox keeps it to one effect."""
        await self._js.publish(
            redrive_subject(letter.stream, letter.handler),
            letter.body,
            stream=letter.stream,
            headers={"content-type": CONTENT_TYPE, "Nats-Msg-Id": uuid7()},
            timeout=5,
        )
        await self._forget(letter.sequence)

    async def drop(self, letter: DeadLetter, *, by: str, reason: str) -> None:
        """Give the event up. Who did so and why stays in the log."""
        log.warning("%s dropped dead letter %d of %s: %s", by, letter.sequence, letter.handler, reason)
        await self._forget(letter.sequence)

    async def _forget(self, sequence: int) -> None:
        await self._js.delete_msg(STREAM, sequence)


def _letter(sequence: int, headers: dict[str, str], body: bytes) -> DeadLetter:
    return DeadLetter(
        sequence=sequence,
        service=headers["Cinnabar-Service"],
        handler=headers["Cinnabar-Handler"],
        code=headers["Cinnabar-Code"],
        reason=headers["Cinnabar-Reason"],
        attempts=int(headers["Cinnabar-Attempts"]),
        first_at=datetime.fromisoformat(headers["Cinnabar-First-At"]),
        last_at=datetime.fromisoformat(headers["Cinnabar-Last-At"]),
        subject=headers["Cinnabar-Subject"],
        stream=headers["Cinnabar-Stream"],
        stream_sequence=int(headers["Cinnabar-Stream-Sequence"]),
        body=body,
    )


def _one_line(text: str) -> str:
    """Header values are ASCII lines; the rest is escaped rather than lost."""
    return " ".join(text.split()).encode("ascii", "backslashreplace").decode()[:1000]
