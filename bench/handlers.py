"""Handlers with inbox and a state change, beside a bare loop that stores each body once and acknowledges.

Grouped: every event is about another entity, so the kit commits many effects in one transaction. One by one: all
are about one entity, which the kit never groups, so every event costs a transaction of its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bench.draining import BARE, by_handler, by_loop
from bench.figure import Aim, Figure, Size
from bench.rounds import Pairs, in_turns
from bench.system import MUNICIPALITY, Plain, plain, running, servers, service
from bench.traffic import envelopes
from contracts.actions import ActivityStatusChangedV1
from kit.bus.handlers import handles
from kit.settings import Settings
from kit.store import Collection, Work

STAGES = Collection("stages")

GROUPED: dict[Size, tuple[int, int]] = {"quick": (4_000, 3), "normal": (10_000, 7), "full": (20_000, 9)}
ONE_BY_ONE: dict[Size, tuple[int, int]] = {"quick": (200, 3), "normal": (500, 7), "full": (1_000, 9)}


@handles(ActivityStatusChangedV1)
async def keep_stage(event: ActivityStatusChangedV1, work: Work) -> None:
    work.update(STAGES, {"_id": event.activity_id}, {"$set": {"stage": event.after}, "$inc": {"times": 1}}, upsert=True)


async def measure(size: Size) -> list[Figure]:
    async with servers() as settings, plain(settings) as drivers:
        grouped = await _pairs(settings, drivers, *GROUPED[size], batch=100, entity=None)
        single = await _pairs(settings, drivers, *ONE_BY_ONE[size], batch=1, entity="one")
    aims = (Aim("ratio", at_least=0.3), Aim("ours", at_least=5_000))
    return [
        grouped.figure("handler, grouped, per fetch(100) + insert_many + ack", "effects/s", *aims),
        single.figure("handler, one by one, per fetch(1) + insert + ack", "effects/s"),
    ]


async def _pairs(
    settings: Settings, drivers: Plain, events: int, rounds: int, *, batch: int, entity: str | None
) -> Pairs:
    own = service("notifications", [STAGES], [keep_stage])

    async def insert(messages: Sequence[Any]) -> None:
        documents = [{"_id": message.headers["Nats-Msg-Id"], "body": message.data} for message in messages]
        await drivers.database["bodies"].insert_many(documents, ordered=False)

    async def ours() -> float:
        sent = envelopes(ActivityStatusChangedV1, events, MUNICIPALITY, entity=entity)
        return await by_handler(settings, drivers, own, sent)

    async def bare() -> float:
        return await by_loop(drivers, envelopes(ActivityStatusChangedV1, events, BARE, entity=entity), insert, batch)

    async with running(settings, own):
        pass  # the streams and the durable are there from now on
    return await in_turns(ours, bare, rounds)
