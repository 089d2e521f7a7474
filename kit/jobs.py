"""Work done again and again, once across all replicas: a lease in NATS KV says whose turn it is.

A lease is a key whose value names the holder and until when. It is taken and renewed by compare-and-set on
the key's revision, so that two replicas can never both hold it; the revision is the fencing token.
"""

from __future__ import annotations

import asyncio
import json
import logging
from typing import TYPE_CHECKING, Any

from nats.js.api import KeyValueConfig
from nats.js.errors import BucketNotFoundError, KeyNotFoundError, KeyWrongLastSequenceError

from kit.clock import now, uuid7

if TYPE_CHECKING:
    from kit.bus.bus import Bus
    from kit.service import Context, Job

log = logging.getLogger(__name__)

BUCKET = "cinnabar_leases"


class Lease:
    """The right to run one job until a moment; `fence` grows with every holder."""

    def __init__(self, bucket: Any, name: str, holder: str) -> None:
        self._bucket = bucket
        self._name = name
        self._holder = holder
        self.fence = 0

    async def take(self, seconds: float) -> bool:
        """Take or renew the lease for `seconds`; False while somebody else holds it or was quicker."""
        until = now().timestamp() + seconds
        value = json.dumps({"holder": self._holder, "until": until}).encode()
        try:
            entry = await self._bucket.get(self._name)
        except KeyNotFoundError:
            revision = 0
        else:
            held = json.loads(entry.value)
            if held["holder"] != self._holder and held["until"] > now().timestamp():
                return False
            revision = entry.revision
        try:
            self.fence = await self._bucket.update(self._name, value, last=revision)
        except KeyWrongLastSequenceError:
            return False
        return True


class Jobs:
    """Runs the jobs of one process whenever it holds their leases."""

    def __init__(self, bus: Bus, jobs: list[tuple[Job, Context]]) -> None:
        self._bus = bus
        self._jobs = jobs
        self._holder = uuid7()
        self._tasks: list[asyncio.Task[None]] = []

    def start(self) -> None:
        self._tasks = [
            asyncio.create_task(self._repeat(job, context), name=f"job-{job.name}") for job, context in self._jobs
        ]

    async def stop(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _repeat(self, job: Job, context: Context) -> None:
        lease: Lease | None = None
        while True:
            try:
                lease = lease or Lease(await self._leases(), job.name, self._holder)
                if await lease.take(job.every * 2 + 5):
                    await job.run(context)
            except Exception:
                log.exception("job %s failed and will be tried at its next turn", job.name)
            await asyncio.sleep(job.every)

    async def _leases(self) -> Any:
        try:
            return await self._bus.jetstream.key_value(BUCKET)
        except BucketNotFoundError:
            return await self._bus.jetstream.create_key_value(KeyValueConfig(bucket=BUCKET, history=1))
