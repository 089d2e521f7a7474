"""A stream read from its first event through the registry into a projection: speed, and memory that must not grow.

Ours decodes each body into its typed event and runs the reporting service's own projection in grouped units of
work. Bare reads the JSON and upserts in bulk. Both read with a pull consumer that acknowledges nothing.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from time import perf_counter
from typing import Any

from nats.js.api import AckPolicy, ConsumerConfig, DeliverPolicy

from bench.figure import Figure, Size
from bench.memory import resident_mb
from bench.projection import upsert
from bench.rounds import Pairs
from bench.system import MUNICIPALITY, Plain, plain, running, servers, service
from bench.traffic import envelopes, fill
from contracts.actions import NeedChangedV1
from contracts.envelope import decode
from kit.store import Store, Work
from services.reporting.projections.actions import need_changed
from services.reporting.store import ACTIVITIES

EVENTS: dict[Size, int] = {"quick": 10_000, "normal": 100_000, "full": 1_000_000}
FILLED_AT_ONCE = 5_000
BATCH = 500
CONTRACT = NeedChangedV1.contract

Write = Callable[[Sequence[Any]], Awaitable[object]]


async def measure(size: Size) -> list[Figure]:
    events = EVENTS[size]
    own = service("reporting", [ACTIVITIES])
    async with servers() as settings, plain(settings) as drivers, running(settings, own) as runtime:
        for _ in range(0, events, FILLED_AT_ONCE):
            await fill(drivers.jetstream, envelopes(NeedChangedV1, FILLED_AT_ONCE, MUNICIPALITY))
        ours = partial(_project, runtime.stores["reporting"])
        bare = partial(upsert, drivers.database["needs"])
        for write in (ours, bare):
            await _replay(drivers, write, FILLED_AT_ONCE)
        before = resident_mb()
        speed = await _replay(drivers, ours, events)
        after = resident_mb()
        pairs = Pairs([speed], [await _replay(drivers, bare, events)])
    return [
        pairs.figure(f"replay of {events:,} events, per fetch + bulk upsert", "events/s"),
        Figure(f"replay of {events:,} events, resident memory grown by", "MB", after - before),
    ]


async def _replay(drivers: Plain, write: Write, events: int) -> float:
    """Events a second over the first `events` of the stream."""
    config = ConsumerConfig(ack_policy=AckPolicy.NONE, deliver_policy=DeliverPolicy.ALL)
    subscription = await drivers.jetstream.pull_subscribe(
        CONTRACT.subject(MUNICIPALITY), stream=CONTRACT.stream, config=config
    )
    taken, started = 0, perf_counter()
    while taken < events:
        messages = await subscription.fetch(min(BATCH, events - taken), timeout=5)
        await write(messages)
        taken += len(messages)
    seconds = perf_counter() - started
    await subscription.unsubscribe()
    return events / seconds


async def _project(store: Store, messages: Sequence[Any]) -> None:
    await asyncio.gather(*(_effect(store, message.data) for message in messages))


async def _effect(store: Store, body: bytes) -> None:
    envelope = decode(body)

    async def attempt(work: Work) -> None:
        await need_changed.run(envelope.event, work)

    await store.transact(attempt, cause=envelope)
