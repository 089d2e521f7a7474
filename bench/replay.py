"""`cinnabar replay` on a full stream: speed until readers have gone over to the new read model, and peak memory.

Ours is the command itself with the reporting service's own projection: typed events, an inbox, grouped units of
work, and the switch at the end. Bare reads the same stream, reads the JSON and upserts in bulk.
"""

from __future__ import annotations

from time import perf_counter

from nats.js.api import AckPolicy, ConsumerConfig, DeliverPolicy

from bench.figure import Figure, Size
from bench.memory import peak, resident_mb
from bench.projection import upsert
from bench.rounds import Pairs
from bench.system import MUNICIPALITY, Plain, plain, running, servers, service
from bench.traffic import envelopes, fill
from contracts.actions import NeedChangedV1
from kit.replaying import replay
from kit.service import Service
from kit.settings import Settings
from services.reporting.projections.actions import need_changed
from services.reporting.store import ACTIVITIES

EVENTS: dict[Size, int] = {"quick": 10_000, "normal": 100_000, "full": 1_000_000}
FILLED_AT_ONCE = 1_000
BATCH = 500
CONTRACT = NeedChangedV1.contract


async def measure(size: Size) -> list[Figure]:
    events = EVENTS[size]
    own = service("reporting", [ACTIVITIES], [need_changed], read_model=[ACTIVITIES])
    async with servers() as settings, plain(settings) as drivers:
        async with running(settings, own):
            pass  # the streams and the durable are there from now on
        await fill(drivers.jetstream, envelopes(NeedChangedV1, FILLED_AT_ONCE, MUNICIPALITY))
        await _ours(own, settings, FILLED_AT_ONCE)  # a warm-up that does not count
        for _ in range(FILLED_AT_ONCE, events, FILLED_AT_ONCE):
            await fill(drivers.jetstream, envelopes(NeedChangedV1, FILLED_AT_ONCE, MUNICIPALITY))
        before = resident_mb()
        async with peak() as most:
            speed = await _ours(own, settings, events)
        pairs = Pairs([speed], [await _bare(drivers, events)])
    return [
        pairs.figure(f"replay of {events:,} events, per fetch + bulk upsert", "events/s"),
        Figure(f"replay of {events:,} events, peak memory per before", "MB", most[0], before, most[0] / before),
    ]


async def _ours(own: Service, settings: Settings, events: int) -> float:
    """Events a second, from the command's start to its end."""
    started = perf_counter()
    await replay(own, settings, lambda words: None)
    return events / (perf_counter() - started)


async def _bare(drivers: Plain, events: int) -> float:
    config = ConsumerConfig(ack_policy=AckPolicy.NONE, deliver_policy=DeliverPolicy.ALL)
    subject, needs = CONTRACT.subject(MUNICIPALITY), drivers.database["needs"]
    subscription = await drivers.jetstream.pull_subscribe(subject, stream=CONTRACT.stream, config=config)
    taken, started = 0, perf_counter()
    while taken < events:
        messages = await subscription.fetch(BATCH, timeout=5)
        await upsert(needs, messages)
        taken += len(messages)
    return events / (perf_counter() - started)
