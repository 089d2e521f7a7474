"""How far each handler of this process is behind, asked of the server now and then."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from typing import Any

from kit import metrics
from kit.ending import end

log = logging.getLogger(__name__)

EVERY_SECONDS = 10.0


async def lag_of(jetstream: Any, stream: str, durable: str) -> int:
    """Events that were not given out yet, and those given out and not settled."""
    info = await jetstream.consumer_info(stream, durable)
    return int(info.num_pending or 0) + int(info.num_ack_pending or 0)


async def waiting(jetstream: Any, stream: str, durable: str) -> int:
    """Events that were not given out yet: 0 once everything that had arrived is at least in somebody's hands."""
    return int((await jetstream.consumer_info(stream, durable)).num_pending or 0)


class Lag:
    """Keeps the gauge of every durable in `places` (stream, durable) fresh."""

    def __init__(self, jetstream: Any, places: Sequence[tuple[str, str]]) -> None:
        self._jetstream = jetstream
        self._places = places
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        self._task = asyncio.create_task(self._ask_forever(), name="lag")

    async def stop(self) -> None:
        if self._task is not None:
            await end([self._task])

    async def _ask_forever(self) -> None:
        while True:
            for stream, durable in self._places:
                service, _, handler = durable.partition("_")
                try:
                    metrics.LAG.labels(service, handler).set(await lag_of(self._jetstream, stream, durable))
                except Exception as error:
                    log.debug("the lag of %s is not known now: %s", durable, error)
            await asyncio.sleep(EVERY_SECONDS)
