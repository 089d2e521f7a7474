"""Outbox relay: committed rows until published, acknowledged and marked sent, beside publishing the same bytes."""

from __future__ import annotations

from time import perf_counter

from bench.figure import Aim, Figure, Size
from bench.rounds import in_turns
from bench.system import MUNICIPALITY, published, reaches, running, servers, service
from bench.traffic import envelopes, publish
from contracts.funding import CallPublishedV1
from kit.clock import now
from kit.runtime import Runtime
from kit.store.outbox import OUTBOX, document_of, row_of

EVENTS = 5_000
ROUNDS: dict[Size, int] = {"quick": 3, "normal": 7, "full": 11}


async def measure(size: Size) -> list[Figure]:
    async with servers() as settings, running(settings, service("funding")) as runtime:

        async def ours() -> float:
            return await _relayed(runtime)

        async def bare() -> float:
            return await _published(runtime)

        pairs = await in_turns(ours, bare, ROUNDS[size])
    aims = (Aim("ratio", at_least=0.4), Aim("ratio", at_least=0.5))
    return [pairs.figure("outbox relay, per publish_async of the same bytes", "events/s", *aims)]


async def _relayed(runtime: Runtime) -> float:
    """Rows are committed first and untimed; the clock runs while they are published and marked."""
    store, (relay,) = runtime.stores["funding"], runtime.bus.relays
    rows = [row_of(envelope, now()) for envelope in envelopes(CallPublishedV1, EVENTS, MUNICIPALITY)]
    await store[OUTBOX].insert_many([document_of(row, store.owner) for row in rows], ordered=False)
    goal = published("funding") + EVENTS
    started = perf_counter()
    relay.offer(rows)
    await reaches(lambda: published("funding"), goal)
    return EVENTS / (perf_counter() - started)


async def _published(runtime: Runtime) -> float:
    sent = [(e.id, e.nats_subject, e.encode()) for e in envelopes(CallPublishedV1, EVENTS, MUNICIPALITY)]
    started = perf_counter()
    await publish(runtime.bus.jetstream, sent)
    return EVENTS / (perf_counter() - started)
