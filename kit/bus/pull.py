"""Asks one durable for messages and hands over whatever is there, however little.

nats-py's own fetch costs a task per message, forgets what it has collected when it is cancelled, and raises
a TimeoutError that FastStream does not know. FastStream's batch loop waits until its batch is full. And once
a connection is closed, its loop spins without ever yielding. Here messages are taken in as they come, the
server is asked for no more than there is room for, and every way out yields to the event loop.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import Callable
from time import monotonic
from typing import Any

from nats.errors import TimeoutError as NothingCame

# A consumer that was paused on the server serves only requests made after that, so they are kept short.
REQUEST_SECONDS = 2.0
# A pull request does not survive a reconnect, so it is looked after often.
TURN_SECONDS = 1.0
AWAY_SECONDS = 0.2
# What a server that is there takes to send the last of what it had begun to send.
DRAIN_SECONDS = 1.0


class Pull:
    """One durable's messages. `room` says how many may be on their way or in hand at most."""

    def __init__(self, client: Any, stream: str, durable: str, room: Callable[[], int]) -> None:
        self._client = client
        self._next = f"$JS.API.CONSUMER.MSG.NEXT.{stream}.{durable}"
        self._room = room
        self._inbox = client.new_inbox()
        self._came: list[Any] = []
        self._wake = asyncio.Event()
        self._asked_for = 0
        self._asked_until = 0.0
        self._asked_after = 0
        self._stopped = False
        self._batch_is_complete = False
        self._subscription: Any = None
        self.turned_at = monotonic()

    async def open(self) -> None:
        self._subscription = await self._client.subscribe(self._inbox, cb=self._take)

    async def fetch(self, batch: int = 1, timeout: float | None = REQUEST_SECONDS) -> list[Any]:  # noqa: ASYNC109
        """Messages as soon as there are any. In nats-py's place: raises its TimeoutError when none came.

        It raises that at once when FastStream asks for the rest of a batch, so that nothing waits for company.
        """
        if self._batch_is_complete:
            self._batch_is_complete = False
            raise NothingCame
        self.turned_at = monotonic()
        if self._stopped or not self._client.is_connected:
            await asyncio.sleep(AWAY_SECONDS)
            raise NothingCame
        if not self._came:
            await self._ask()
            await self._something(min(timeout or TURN_SECONDS, TURN_SECONDS))
        if self._stopped or not self._came:
            await asyncio.sleep(0)
            raise NothingCame
        came, self._came = self._came, []
        self._batch_is_complete = len(came) < batch
        return came

    async def unsubscribe(self) -> None:
        """Take nothing more, and give back what came and was not handed over, or is still on its way.

        Dropped, as nats-py's own unsubscribe does, it would wait at the server for its whole ack_wait.
        """
        self._stopped = True
        self._wake.set()
        subscription, self._subscription = self._subscription, None
        came, self._came = self._came, []
        with contextlib.suppress(Exception):
            await asyncio.gather(*(message.nak() for message in came))
            if subscription is not None and self._client.is_connected:
                async with asyncio.timeout(DRAIN_SECONDS):
                    await subscription.drain()
            elif subscription is not None:
                await subscription.unsubscribe()

    async def _ask(self) -> None:
        """Ask for as many as there is room for, unless an earlier request is still open."""
        reconnects = self._client.stats["reconnects"]
        if self._asked_for > 0 and monotonic() < self._asked_until and reconnects == self._asked_after:
            return
        self._asked_after = reconnects
        self._asked_for = max(1, self._room())
        self._asked_until = monotonic() + REQUEST_SECONDS
        request = {"batch": self._asked_for, "expires": int(REQUEST_SECONDS * 1e9)}
        await self._client.publish(self._next, json.dumps(request).encode(), reply=self._inbox)

    async def _something(self, seconds: float) -> None:
        self._wake.clear()
        timer = asyncio.get_running_loop().call_later(seconds, self._wake.set)
        try:
            await self._wake.wait()
        finally:
            timer.cancel()

    async def _take(self, message: Any) -> None:
        status = message.headers.get("Status") if message.headers and not message.reply else None
        if status is None and self._stopped:
            with contextlib.suppress(Exception):
                await message.nak()
        elif status is None:
            self._asked_for -= 1
            self._came.append(message)
        elif status != "100":
            self._asked_for = 0
        self._wake.set()
