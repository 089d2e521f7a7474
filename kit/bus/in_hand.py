"""The deliveries one consumer has taken and not settled yet: bounded, kept alive, given back at the end."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable
from time import monotonic

from kit.bus.delivery import Delivery
from kit.bus.handlers import AT_ONCE
from kit.ending import end

log = logging.getLogger(__name__)

ALIVE_SECONDS = 10.0


class InHand:
    """Runs `settle` for each delivery. The server is told every `alive_every` seconds that they are worked on."""

    def __init__(
        self, settle: Callable[[Delivery], Awaitable[None]], *, limit: int = AT_ONCE, alive_every: float = ALIVE_SECONDS
    ) -> None:
        self._settle = settle
        self._limit = limit
        self._alive_every = alive_every
        self._tasks: dict[asyncio.Task[None], Delivery] = {}
        self._room = asyncio.Event()
        self._keeper: asyncio.Task[None] | None = None
        self._stopping = False
        self.settled_at = monotonic()

    def room(self) -> int:
        return max(0, self._limit - len(self._tasks))

    def __len__(self) -> int:
        return len(self._tasks)

    async def take(self, deliveries: list[Delivery]) -> None:
        """Start work on each; returns when there is room for a good part of the next batch.

        One slow event therefore never holds up the next fetch; only a whole handful of them does.
        """
        if self._keeper is None:
            self._keeper = asyncio.create_task(self._keep_alive(), name="keep-alive")
        for delivery in deliveries:
            if self._stopping:
                await _give_back(delivery)
                continue
            task = asyncio.create_task(self._run(delivery))
            self._tasks[task] = delivery
            task.add_done_callback(self._done)
        while self.room() < max(1, self._limit // 4) and not self._stopping:
            self._room.clear()
            await self._room.wait()

    async def stop(self, grace: float) -> None:
        """Finish what is in hand within `grace` seconds; whatever is left then goes back to the server at once."""
        self._stopping = True
        self._room.set()
        if self._tasks:
            await asyncio.wait(list(self._tasks), timeout=grace)
        await end(list(self._tasks))
        if self._keeper is not None:
            await end([self._keeper])

    async def _run(self, delivery: Delivery) -> None:
        try:
            await self._settle(delivery)
        except asyncio.CancelledError:
            await _give_back(delivery)
            raise

    def _done(self, task: asyncio.Task[None]) -> None:
        del self._tasks[task]
        self.settled_at = monotonic()
        self._room.set()
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error("a delivery stays unanswered; the server will deliver it again", exc_info=error)

    async def _keep_alive(self) -> None:
        while True:
            await asyncio.sleep(self._alive_every)
            for delivery in list(self._tasks.values()):
                with contextlib.suppress(Exception):
                    await delivery.still_working()


async def _give_back(delivery: Delivery) -> None:
    with contextlib.suppress(Exception):
        await delivery.nak()
