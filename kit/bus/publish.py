"""Puts outbox rows on their streams, pipelined: nobody waits for one answer before sending the next.

nats-py's own asynchronous publish costs a future, a random name, and with a limit on its stall a timer for every
message: three times what sending it costs (measured). Here one subscription takes the answers to all windows, and
only a window is waited for. Why not atomic batches: one id that the stream has seen lately spoils a whole batch, and on
a stream without replicas they are slower.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from pydantic_core import from_json

from contracts.envelope import CONTENT_TYPE
from kit.store.outbox import Row

log = logging.getLogger(__name__)

ACK_SECONDS = 5.0


@dataclass(slots=True)
class _Window:
    """Rows on their way, by their number, and what the server said so far."""

    waiting: dict[int, Row]
    stored: dict[str, bool] = field(default_factory=dict)
    answered: asyncio.Event = field(default_factory=asyncio.Event)

    def settle(self, number: int) -> Row | None:
        row = self.waiting.pop(number, None)
        if not self.waiting:
            self.answered.set()
        return row


class Publisher:
    """One connection's way to publish rows. `client` is nats-py's; it may be used by many relays at once."""

    def __init__(self, client: Any) -> None:
        self._client = client
        self._inbox = client.new_inbox()
        self._windows: dict[int, _Window] = {}
        self._numbers = count()
        self._opening = asyncio.Lock()
        self._subscription: Any = None

    @property
    def connected(self) -> bool:
        return bool(self._client.is_connected)

    async def publish(self, rows: Sequence[Row]) -> dict[str, bool]:
        """Publish each row under its own id; the stored ids, and whether the server had seen them lately."""
        if not rows or not self.connected:
            return {}
        await self._open()
        key, window = next(self._numbers), _Window(dict(enumerate(rows)))
        self._windows[key] = window
        try:
            for number, row in enumerate(rows):
                await self._send(row, f"{self._inbox}.{key}.{number}", window, number)
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(ACK_SECONDS):
                    await window.answered.wait()
        finally:
            del self._windows[key]
        if window.waiting:
            log.warning("%d of %d events have no answer yet and are sent again", len(window.waiting), len(rows))
        return window.stored

    async def _send(self, row: Row, reply: str, window: _Window, number: int) -> None:
        headers = {"Nats-Msg-Id": row.id, "Nats-Expected-Stream": row.stream, "content-type": CONTENT_TYPE}
        try:
            await self._client.publish(row.subject, row.body, reply=reply, headers=headers)
        except Exception as error:
            log.warning("%s %s cannot be published: %s", row.subject, row.id, error)
            window.settle(number)

    async def _open(self) -> None:
        async with self._opening:
            if self._subscription is None:
                self._subscription = await self._client.subscribe(f"{self._inbox}.*.*", cb=self._answer)

    async def _answer(self, message: Any) -> None:
        """An acknowledgement or a refusal; one that comes after its window was given up changes nothing."""
        *_, key, number = message.subject.split(".")
        window = self._windows.get(int(key))
        row = window.settle(int(number)) if window else None
        if window is None or row is None:
            return
        said = from_json(message.data) if message.data else {}
        if said.get("stream") == row.stream and "error" not in said:
            window.stored[row.id] = bool(said.get("duplicate"))
        else:
            why = said.get("error", {}).get("description") or "no stream takes this subject"
            log.warning("%s %s was not stored: %s", row.subject, row.id, why)
