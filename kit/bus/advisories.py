"""The safety net: what the server gave up, or somebody ended, without a dead letter becomes one.

The server tells of it on subjects that a stream captures, because advisories are lost when nobody listens.
Ours to care for are only the durables of our services; an integrator's are its own affair.
"""

from __future__ import annotations

import asyncio
import json
import logging
from typing import Any

from nats.js.errors import NotFoundError

from contracts.registry import SERVICES
from kit import metrics
from kit.bus.dead_letters import TERMINATED, DeadLetters
from kit.bus.delivery import ORIGINAL_ID, ORIGINAL_SUBJECT, REDRIVEN
from kit.bus.letter import header_text
from kit.bus.pull import Pull
from kit.clock import now
from kit.ending import end

log = logging.getLogger(__name__)

STREAM = "ADVISORIES"
DURABLE = "dead_letters"
LATER_SECONDS = 5
_ROOM = 50


class Advisories:
    """Reads the advisories as one of many: every process takes part, and each advisory is read once."""

    def __init__(self, client: Any, jetstream: Any, dead_letters: DeadLetters) -> None:
        self._js = jetstream
        self._dead_letters = dead_letters
        self._pull = Pull(client, STREAM, DURABLE, lambda: _ROOM)
        self._in_hand: list[Any] = []
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        await self._pull.open()
        self._task = asyncio.create_task(self._read_forever(), name="advisories")

    async def stop(self) -> None:
        if self._task is None:
            return
        await self._pull.unsubscribe()
        await end([self._task])
        await asyncio.gather(*(message.nak() for message in self._in_hand), return_exceptions=True)

    async def _read_forever(self) -> None:
        while True:
            try:
                self._in_hand += await self._pull.fetch(_ROOM)
            except TimeoutError:
                continue
            while self._in_hand:
                await self._settle(self._in_hand[0])
                self._in_hand.pop(0)

    async def _settle(self, message: Any) -> None:
        try:
            await self._read(json.loads(message.data))
        except (ValueError, KeyError) as error:
            log.error("what came as an advisory is none: %s", error)
        except Exception as error:
            log.warning("an advisory will be read again later: %s", error)
            await message.nak(delay=LATER_SECONDS)
            return
        await message.ack()

    async def _read(self, advisory: dict[str, Any]) -> None:
        stream, durable, place = str(advisory["stream"]), str(advisory["consumer"]), int(advisory["stream_seq"])
        service, _, handler = durable.partition("_")
        if service not in SERVICES or not handler or advisory.get("reason") == TERMINATED:
            return
        headers, body, subject = await self._original(stream, place)
        told = headers if subject.startswith(REDRIVEN) else {}
        first_subject = told.get(ORIGINAL_SUBJECT, subject)
        code = "max_deliveries" if "max_deliver" in str(advisory.get("type")) else "terminated"
        why = advisory.get("reason") or ("the server delivered it as often as it may" if code != "terminated" else "")
        letter = {
            "content-type": headers.get("content-type", ""),
            "Cinnabar-Handler": durable,
            "Cinnabar-Service": service,
            "Cinnabar-Code": code,
            "Cinnabar-Reason": header_text(why or "ended by somebody else than its handler"),
            "Cinnabar-Attempts": str(advisory.get("deliveries", 0)),
            "Cinnabar-First-At": told.get("Cinnabar-First-At", ""),
            "Cinnabar-Last-At": str(advisory.get("timestamp") or now().isoformat()),
            ORIGINAL_SUBJECT: first_subject,
            ORIGINAL_ID: told.get(ORIGINAL_ID, f"{stream}:{place}"),
            "Cinnabar-Stream": stream,
            "Cinnabar-Stream-Sequence": str(place),
        }
        if await self._dead_letters.keep(_municipality(first_subject), letter, body):
            metrics.DEAD_LETTERS.labels(service, handler, code).inc()
            log.error("dead letter from an advisory: %s: %s", durable, code)

    async def _original(self, stream: str, place: int) -> tuple[dict[str, str], bytes, str]:
        try:
            message = await self._js.get_msg(stream, place)
        except NotFoundError:
            return {}, b"", ""
        return message.headers or {}, message.data or b"", message.subject or ""


def _municipality(subject: str) -> str:
    parts = subject.split(".")
    return parts[1] if len(parts) > 1 and parts[0] in {"cinnabar", "ingest"} else "unknown"
