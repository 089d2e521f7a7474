"""One hop at 100 events a second: from an event's commit in one service until another service's handler is called.

Bare: a document inserted with the same guarantees, then a plain publish to a plain pull consumer at the same pace.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from functools import partial
from time import perf_counter
from typing import Any

from nats.errors import TimeoutError as NatsTimeoutError
from nats.js.api import AckPolicy, ConsumerConfig, DeliverPolicy

from bench.draining import BARE
from bench.figure import Aim, Figure, Size
from bench.pace import Begin, paced
from bench.rounds import Pairs, percentile
from bench.system import MUNICIPALITY, Plain, plain, reaches, running, servers, service
from bench.traffic import envelopes
from contracts.actions import ActivityStatusChangedV1
from contracts.envelope import Envelope
from kit.bus.handlers import Handler, handles
from kit.runtime import Runtime
from kit.store import Collection, Work

RATE = 100
STAGES = Collection("stages")
RUNS: dict[Size, tuple[int, int]] = {"quick": (300, 2), "normal": (1_000, 5), "full": (3_000, 7)}

Moments = dict[str, float]


async def measure(size: Size) -> list[Figure]:
    events, rounds = RUNS[size]
    arrived: Moments = {}
    services = service("actions"), service("notifications", [STAGES], [_noting(arrived)])
    middle, tail = Pairs([], []), Pairs([], [])
    async with servers() as settings, plain(settings) as drivers, running(settings, *services) as runtime:
        await _ours(runtime, arrived, RATE)
        await _bare(drivers, RATE)
        for _ in range(rounds):
            ours, bare = await _ours(runtime, arrived, events), await _bare(drivers, events)
            for pairs, share in ((middle, 0.5), (tail, 0.99)):
                pairs.ours.append(1000 * percentile(ours, share))
                pairs.bare.append(1000 * percentile(bare, share))
    return [
        middle.figure(f"hop at {RATE}/s, commit to handler, p50, per publish to fetch", "ms"),
        tail.figure(f"hop at {RATE}/s, commit to handler, p99, per publish to fetch", "ms", Aim("ours", at_most=40)),
    ]


def _noting(arrived: Moments) -> Handler:
    @handles(ActivityStatusChangedV1)
    async def keep_stage(event: ActivityStatusChangedV1, work: Work) -> None:
        arrived.setdefault(event.activity_id, perf_counter())
        work.update(STAGES, {"_id": event.activity_id}, {"$set": {"stage": event.after}}, upsert=True)

    return keep_stage


async def _ours(runtime: Runtime, arrived: Moments, events: int) -> list[float]:
    """Seconds per event. The handler writes, so that its own commits compete as they do in the product."""
    committed: Moments = {}

    async def command(envelope: Envelope) -> None:
        async def attempt(work: Work) -> None:
            work.emit(envelope.event, sequence=1)

        await runtime.stores["actions"].transact(attempt)
        committed[envelope.subject] = perf_counter()

    await paced(_each(command, events, MUNICIPALITY), RATE)
    await reaches(lambda: len(arrived.keys() & committed.keys()), events)
    return [arrived[key] - moment for key, moment in committed.items()]


async def _bare(drivers: Plain, events: int) -> list[float]:
    committed: Moments = {}
    arrived: Moments = {}

    async def command(envelope: Envelope) -> None:
        await drivers.database["sent"].insert_one({"_id": envelope.id, "body": envelope.encode()})
        committed[envelope.id] = perf_counter()
        await drivers.jetstream.publish(envelope.nats_subject, envelope.encode(), headers={"Nats-Msg-Id": envelope.id})

    consuming = asyncio.create_task(_consume(drivers, arrived))
    try:
        await paced(_each(command, events, BARE), RATE)
        await reaches(lambda: len(arrived), events)
    finally:
        consuming.cancel()
        await asyncio.gather(consuming, return_exceptions=True)
    return [arrived[key] - moment for key, moment in committed.items()]


async def _consume(drivers: Plain, arrived: Moments) -> None:
    contract = ActivityStatusChangedV1.contract
    config = ConsumerConfig(ack_policy=AckPolicy.EXPLICIT, deliver_policy=DeliverPolicy.NEW)
    subscription = await drivers.jetstream.pull_subscribe(contract.subject(BARE), stream=contract.stream, config=config)
    while True:
        try:
            messages = await subscription.fetch(100, timeout=5)
        except NatsTimeoutError:
            continue
        for message in messages:
            arrived[message.headers["Nats-Msg-Id"]] = perf_counter()
            await message.ack()


def _each(command: Callable[[Envelope], Coroutine[Any, Any, None]], events: int, municipality: str) -> list[Begin]:
    return [partial(command, envelope) for envelope in envelopes(ActivityStatusChangedV1, events, municipality)]
