"""Events nobody could handle, kept with their reason until somebody decides.

A dead letter is the original body; everything about it is in headers, so that it can be listed without
reading bodies. Its subject ends with the place of the original in its stream, so that it is stored once
however often it is buried. A redrive goes to the one handler that failed, over a subject only it listens
to. What was dropped stays readable, with who dropped it and why.
"""

from __future__ import annotations

import logging
from collections.abc import AsyncGenerator, Iterable
from contextlib import aclosing
from datetime import UTC
from typing import Any

from nats.errors import TimeoutError as NothingCame
from nats.js.api import ConsumerConfig, DeliverPolicy
from nats.js.errors import APIError, NotFoundError

from kit.bus.delivery import ORIGINAL_ID, ORIGINAL_SUBJECT, REDRIVEN, Delivery
from kit.bus.letter import DROPPED, WAITING, DeadLetter, Which, header_text, letter_of, number
from kit.clock import now

log = logging.getLogger(__name__)

STREAM = "DEADLETTERS"
SUBJECTS = "deadletters.>"
TERMINATED = "kept as a dead letter"

_WRONG_LAST_SEQUENCE = 10071
_NO_SUCH_MESSAGE = 10057
_TIMEOUT = 5.0
_ROOM_FOR_HEADERS = 8 * 1024
EVERY = Which()


def redrive_subject(stream: str, durable: str) -> str:
    return f"{REDRIVEN}{stream.lower()}.{durable}"


class DeadLetters:
    """The dead-letter stream: what is in it, and what may be done with it."""

    def __init__(self, jetstream: Any) -> None:
        self._js = jetstream

    async def bury(
        self, delivery: Delivery, *, municipality: str, service: str, durable: str, code: str, reason: str
    ) -> None:
        """Store a delivery as a dead letter, wait until the server has it, and only then end the original."""
        told, first = delivery.told, delivery.raw.metadata.timestamp.astimezone(UTC).isoformat()
        letter = {
            "content-type": next((v for k, v in delivery.headers.items() if k.lower() == "content-type"), ""),
            "Cinnabar-Handler": durable,
            "Cinnabar-Service": service,
            "Cinnabar-Code": code,
            "Cinnabar-Reason": header_text(reason),
            "Cinnabar-Attempts": str(delivery.delivered + number(told.get("Cinnabar-Attempts"))),
            "Cinnabar-First-At": told.get("Cinnabar-First-At", first),
            "Cinnabar-Last-At": now().isoformat(),
            ORIGINAL_SUBJECT: delivery.subject,
            ORIGINAL_ID: delivery.origin,
            "Cinnabar-Stream": delivery.stream,
            "Cinnabar-Stream-Sequence": str(delivery.stream_sequence),
        }
        await self.keep(municipality, letter, delivery.body)
        await delivery.term(TERMINATED)

    async def keep(self, municipality: str, letter: dict[str, str], body: bytes) -> bool:
        """Store one letter unless it is there already; whether it is new."""
        headers = {name: value for name, value in letter.items() if value}
        if len(body) + _ROOM_FOR_HEADERS > self._js._nc.max_payload:
            headers["Cinnabar-Body"], body = "in its stream", b""
        subject = _subject(WAITING, municipality, headers)
        try:
            await self._js.publish(
                subject,
                body,
                stream=STREAM,
                headers={**headers, "Nats-Expected-Last-Subject-Sequence": "0"},
                timeout=_TIMEOUT,
            )
        except APIError as error:
            if error.err_code != _WRONG_LAST_SEQUENCE:
                raise
            return False
        return True

    async def each(self, which: Which = EVERY, *, after: int = 0, bodies: bool = True) -> AsyncGenerator[DeadLetter]:
        """The dead letters asked for whose number follows `after`, oldest first; without `bodies` they are empty."""
        subscription = await self._js.subscribe(
            which.subject,
            stream=STREAM,
            ordered_consumer=True,
            config=ConsumerConfig(
                deliver_policy=DeliverPolicy.BY_START_SEQUENCE, opt_start_seq=after + 1, headers_only=not bodies
            ),
        )
        try:
            info = await subscription.consumer_info()
            left = (info.num_pending or 0) + (info.delivered.consumer_seq if info.delivered else 0)
            while left > 0:
                message = await subscription.next_msg(timeout=_TIMEOUT)
                left = message.metadata.num_pending
                letter = letter_of(message.metadata.sequence.stream, message.headers or {}, message.data)
                if which.meets(letter):
                    yield letter
        except NothingCame:
            return  # the rest was redriven or dropped while we were reading
        finally:
            await subscription.unsubscribe()

    async def page(self, which: Which, after: int, limit: int) -> tuple[list[DeadLetter], int | None]:
        """At most `limit` letters without their bodies, and the number after which the next page begins, if any."""
        found: list[DeadLetter] = []
        async with aclosing(self.each(which, after=after, bodies=False)) as letters:
            async for letter in letters:
                if len(found) == limit:
                    return found, found[-1].sequence
                found.append(letter)
        return found, None

    async def get(self, sequence: int) -> DeadLetter | None:
        try:
            message = await self._js.get_msg(STREAM, sequence)
        except NotFoundError:
            return None
        return letter_of(sequence, message.headers or {}, message.data or b"")

    async def redrive_each(self, which: Which) -> tuple[list[int], dict[int, str]]:
        """Redrive all that are asked for: the numbers of those that went, and why others did not."""
        return await self.redrive_chosen([letter.sequence async for letter in self.each(which, bodies=False)])

    async def redrive_chosen(self, sequences: Iterable[int]) -> tuple[list[int], dict[int, str]]:
        """Redrive these: the numbers of those that went, and why others did not. What is gone by now is left out."""
        went: list[int] = []
        refused: dict[int, str] = {}
        for sequence in sequences:
            if (letter := await self.get(sequence)) is None:
                continue
            try:
                await self.redrive(letter)
            except LookupError as error:
                refused[sequence] = str(error)
            else:
                went.append(sequence)
        return went, refused

    async def redrive(self, letter: DeadLetter) -> None:
        """Give the event to its handler once more, then forget the letter. The inbox keeps it to one effect.

        Raises LookupError, and keeps the letter, when the handler no longer exists, the letter was dropped, the
        original is gone, or its stream is full.
        """
        if letter.dropped_by is not None:
            raise LookupError(f"dead letter {letter.sequence} was dropped by {letter.dropped_by}")
        try:
            await self._js.consumer_info(letter.stream, letter.handler)
        except NotFoundError:
            raise LookupError(
                f"nobody listens as {letter.handler} any more; drop dead letter {letter.sequence} or bring it back"
            ) from None
        headers = {"content-type": letter.content_type} if letter.content_type else {}
        headers |= {
            "Nats-Msg-Id": f"redrive:{letter.sequence}",
            "Cinnabar-Attempts": str(letter.attempts),
            "Cinnabar-First-At": letter.first_at.isoformat(),
            ORIGINAL_SUBJECT: letter.subject,
            ORIGINAL_ID: letter.origin,
        }
        body = letter.body or await self._original(letter)
        subject = redrive_subject(letter.stream, letter.handler)
        try:
            await self._js.publish(subject, body, stream=letter.stream, headers=headers, timeout=_TIMEOUT)
        except APIError as error:
            raise LookupError(
                f"{letter.stream} does not take dead letter {letter.sequence}: {error.description}"
            ) from None
        await self._forget(letter.sequence)

    async def drop(self, letter: DeadLetter, *, by: str, reason: str) -> None:
        """Give the event up. It stays readable among the dropped, with who did so and why."""
        if letter.dropped_by is not None:
            return
        message = await self._js.get_msg(STREAM, letter.sequence)
        headers = {name: value for name, value in message.headers.items() if not name.startswith("Nats-")}
        headers |= {
            "Cinnabar-Dropped-By": header_text(by),
            "Cinnabar-Dropped-Because": header_text(reason),
            "Nats-Msg-Id": f"dropped:{letter.sequence}",
        }
        subject = message.subject.replace(WAITING, DROPPED, 1)
        await self._js.publish(subject, message.data or b"", stream=STREAM, headers=headers, timeout=_TIMEOUT)
        await self._forget(letter.sequence)
        log.warning("%s dropped dead letter %d of %s: %s", by, letter.sequence, letter.handler, reason)

    async def _original(self, letter: DeadLetter) -> bytes:
        try:
            message = await self._js.get_msg(letter.stream, letter.stream_sequence)
        except NotFoundError:
            raise LookupError(
                f"the original of dead letter {letter.sequence} is no longer in {letter.stream}"
            ) from None
        return message.data or b""

    async def _forget(self, sequence: int) -> None:
        try:
            await self._js.delete_msg(STREAM, sequence)
        except APIError as error:
            if error.err_code != _NO_SUCH_MESSAGE:  # somebody else was quicker
                raise


def _subject(kind: str, municipality: str, headers: dict[str, str]) -> str:
    place = f"{headers['Cinnabar-Stream']}.{headers['Cinnabar-Stream-Sequence']}"
    return f"{kind}.{municipality}.{headers['Cinnabar-Service']}.{headers['Cinnabar-Handler']}.{place}"
