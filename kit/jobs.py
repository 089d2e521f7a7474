"""Work done again and again, once across all replicas: a lease in NATS KV says whose turn it is.

A lease is a key that its holder renews by compare-and-set on the key's revision, so that two replicas never
take it at the same time. No clocks are compared: whoever wants it takes it over once the revision has stood
still for the lease's whole length on the own monotonic clock. A holder that has not managed to renew for
that long stops its job; should it be too late even for that, the fence keeps its units of work from being
committed.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
from dataclasses import replace
from datetime import datetime, timedelta
from time import monotonic
from typing import TYPE_CHECKING, Any

from nats.js.errors import KeyNotFoundError, KeyWrongLastSequenceError

from kit.bus.declaration import LEASES
from kit.clock import now, uuid7
from kit.ending import end
from kit.store.fences import raise_fence

if TYPE_CHECKING:
    from kit.bus.bus import Bus
    from kit.service import Context, Job

log = logging.getLogger(__name__)

LEASE_SECONDS = 15.0
RENEWALS = 3


class Lease:
    """The right to run one job. `began`: when the job's last run began, whoever ran it."""

    def __init__(self, bucket: Any, name: str, holder: str, seconds: float = LEASE_SECONDS) -> None:
        self._bucket = bucket
        self._name = name
        self._holder = holder
        self.seconds = seconds
        self.began: datetime | None = None
        self._seen: int | None = None
        self._seen_at = 0.0
        self._revision: int | None = None

    @property
    def held(self) -> bool:
        return self._revision is not None

    async def take(self) -> bool:
        """Take the lease if it is free, or its holder has not been heard of for its whole length."""
        try:
            entry = await self._bucket.get(self._name)
        except KeyNotFoundError:
            return await self._write(0)
        note = json.loads(entry.value)
        self.began = datetime.fromisoformat(note["began"]) if note["began"] else None
        if entry.revision != self._seen:
            self._seen, self._seen_at = entry.revision, monotonic()
        free = note["holder"] is None or monotonic() - self._seen_at > self.seconds
        return free and await self._write(entry.revision)

    async def renew(self, began: datetime | None = None) -> bool:
        """Keep it; False when somebody else has it by now."""
        self.began = began or self.began
        return self._revision is not None and await self._write(self._revision)

    async def release(self) -> None:
        """Let the next one take it at once."""
        if self._revision is not None:
            with contextlib.suppress(KeyWrongLastSequenceError):
                await self._bucket.update(self._name, self._note(None), last=self._revision)
        self._revision = None

    async def _write(self, last: int) -> bool:
        try:
            self._revision = await self._bucket.update(self._name, self._note(self._holder), last=last)
        except KeyWrongLastSequenceError:
            self._revision = None
        return self.held

    def _note(self, holder: str | None) -> bytes:
        began = self.began.isoformat() if self.began else None
        return json.dumps({"holder": holder, "began": began}).encode()


class Jobs:
    """Runs the jobs of one process whenever it holds their leases."""

    def __init__(self, bus: Bus, jobs: list[tuple[Job, Context]], lease_seconds: float = LEASE_SECONDS) -> None:
        self._bus = bus
        self._jobs = jobs
        self._lease_seconds = lease_seconds
        self._holder = uuid7()
        self._tasks: list[asyncio.Task[None]] = []

    def start(self) -> None:
        self._tasks = [
            asyncio.create_task(self._forever(job, context), name=f"job-{job.name}") for job, context in self._jobs
        ]

    async def stop(self) -> None:
        await end(self._tasks)

    async def _forever(self, job: Job, context: Context) -> None:
        while True:
            try:
                bucket = await self._bus.jetstream.key_value(LEASES)
                lease = Lease(bucket, job.name, self._holder, self._lease_seconds)
                await self._while_held(job, context, lease)
            except Exception as error:
                log.warning("job %s waits for its lease: %s", job.name, error)
            await asyncio.sleep(self._pause)

    @property
    def _pause(self) -> float:
        return self._lease_seconds / RENEWALS

    async def _while_held(self, job: Job, context: Context, lease: Lease) -> None:
        """Wait for the lease; run the job at its times until the lease is lost or this process stops."""
        while not await lease.take():
            await asyncio.sleep(self._pause)
        turns = asyncio.create_task(self._turns(job, context, lease), name=f"job-{job.name}-turns")
        try:
            await self._keep(lease, turns)
        finally:
            await end([turns])
            if not turns.cancelled() and turns.exception() is not None:
                log.warning("job %s could not take its turn: %s", job.name, turns.exception())
            with contextlib.suppress(Exception):
                async with asyncio.timeout(1):
                    await lease.release()

    async def _keep(self, lease: Lease, turns: asyncio.Task[None]) -> None:
        """Renew until somebody else has it, or renewing has failed for so long that somebody may."""
        kept_at = monotonic()
        while not turns.done() and monotonic() - kept_at < lease.seconds - self._pause:
            await asyncio.wait([turns], timeout=self._pause / 2)
            try:
                async with asyncio.timeout(self._pause):
                    if not await lease.renew():
                        log.warning("the lease of %s was taken over", turns.get_name())
                        return
                kept_at = monotonic()
            except Exception as error:
                log.warning("the lease of %s could not be renewed: %s", turns.get_name(), error)

    async def _turns(self, job: Job, context: Context, lease: Lease) -> None:
        fence = await raise_fence(context.store.database, job.name)
        fenced = replace(context, store=context.store.fenced(fence))
        while True:
            if lease.began is not None:
                await asyncio.sleep((lease.began + timedelta(seconds=job.every) - now()).total_seconds())
            lease.began = now()
            try:
                await job.run(fenced)
            except Exception:
                log.exception("job %s failed and will be tried at its next turn", job.name)
