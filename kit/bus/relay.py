"""Publishes committed events: woken at once by the commit, in pipelined windows, swept up after deaths."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections import deque

from kit import metrics
from kit.bus.publish import Publisher
from kit.clock import now
from kit.ending import end
from kit.store.outbox import Outbox, Row

log = logging.getLogger(__name__)

WINDOW = 500
HELD_LIMIT = 10_000
SWEEP_SECONDS = 1.0
FIRST_PAUSE = 0.1
LONGEST_PAUSE = 5.0
MARK_SECONDS = 0.02


class Relay:
    """The relay of one service in one process."""

    def __init__(self, service: str, outbox: Outbox, publisher: Publisher, sweep: float = SWEEP_SECONDS) -> None:
        self.service = service
        self._outbox = outbox
        self._publisher = publisher
        self._sweep_every = sweep
        self._rows: deque[Row] = deque()
        self._failed: deque[Row] = deque()
        self._held: set[str] = set()
        self._sent: set[str] = set()
        self._wake = asyncio.Event()
        self._wake_marker = asyncio.Event()
        self._stopping = False
        self._tasks: list[asyncio.Task[None]] = []

    def offer(self, rows: list[Row]) -> None:
        """Take just committed rows. Beyond the limit they are left to the sweep, so memory stays bounded."""
        for row in rows:
            if len(self._held) >= HELD_LIMIT:
                break
            if row.id not in self._held:
                self._held.add(row.id)
                self._rows.append(row)
        self._wake.set()

    def start(self) -> None:
        self._tasks = [
            asyncio.create_task(self._publish_forever(), name=f"relay-{self.service}"),
            asyncio.create_task(self._retry_forever(), name=f"retry-{self.service}"),
            asyncio.create_task(self._mark_forever(), name=f"mark-{self.service}"),
            asyncio.create_task(self._sweep_forever(), name=f"sweep-{self.service}"),
        ]

    async def stop(self, grace: float) -> None:
        """Send what is held, as far as the grace time goes; the rest is swept up by whoever lives on."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(grace):
                while self._held and self._publisher.connected:
                    await asyncio.sleep(0.01)
        self._stopping = True
        await end(self._tasks)
        if self._held:
            with contextlib.suppress(Exception):
                async with asyncio.timeout(1):
                    await self._outbox.release(self._held)

    async def _publish_forever(self) -> None:
        while not self._stopping:
            await self._wake.wait()
            self._wake.clear()
            while self._rows and not self._stopping:
                await self._publish(self._rows)

    async def _retry_forever(self) -> None:
        """What failed is tried again beside the rest, so that a row which cannot be published holds up no other."""
        pause = FIRST_PAUSE
        while not self._stopping:
            await asyncio.sleep(pause)
            if self._failed and self._publisher.connected:
                pause = FIRST_PAUSE if await self._publish(self._failed) else min(pause * 2, LONGEST_PAUSE)

    async def _publish(self, rows: deque[Row]) -> bool:
        """Publish the oldest of `rows`; whether the server took any."""
        window = [rows.popleft() for _ in range(min(WINDOW, len(rows)))]
        sent = await self._publisher.publish(window)
        self._failed.extend(row for row in window if row.id not in sent)
        if sent:
            self._sent |= set(sent)
            self._wake_marker.set()
        return bool(sent)

    async def _mark_forever(self) -> None:
        """Mark in bulk, beside the publishing. A failed mark leaves the rows to be sent again, under their ids."""
        while True:
            await self._wake_marker.wait()
            await asyncio.sleep(MARK_SECONDS)
            self._wake_marker.clear()
            sent, self._sent = self._sent, set()
            if not sent:
                continue
            try:
                await self._outbox.mark_sent(sent)
            except Exception as error:
                log.warning("relay %s could not mark %d rows as sent: %s", self.service, len(sent), error)
            self._held -= sent
            metrics.PUBLISHED.labels(self.service).inc(len(sent))

    async def _sweep_forever(self) -> None:
        while True:
            await asyncio.sleep(self._sweep_every)
            try:
                room = min(WINDOW, HELD_LIMIT - len(self._held))
                if room > 0 and self._publisher.connected:
                    self.offer(await self._outbox.claim_abandoned(room, self._held))
                oldest = await self._outbox.oldest_unsent()
                age = 0.0 if oldest is None else (now() - oldest).total_seconds()
                metrics.OUTBOX_AGE.labels(self.service).set(age)
            except Exception as error:
                log.warning("sweep of %s waits: %s", self.service, error)
