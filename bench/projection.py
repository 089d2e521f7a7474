"""The reporting service's own projection of activities, beside a bare loop that upserts the same facts.

The bare loop reads the JSON and writes in bulk; it has no inbox, no transaction and no types.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

from pydantic_core import from_json
from pymongo import UpdateOne

from bench.draining import BARE, by_handler, by_loop
from bench.figure import Aim, Figure, Size
from bench.rounds import in_turns
from bench.system import MUNICIPALITY, plain, running, servers, service
from bench.traffic import envelopes
from contracts.actions import NeedChangedV1
from services.reporting.projections.actions import need_changed
from services.reporting.store import ACTIVITIES

RUNS: dict[Size, tuple[int, int]] = {"quick": (4_000, 3), "normal": (10_000, 7), "full": (20_000, 9)}


async def measure(size: Size) -> list[Figure]:
    events, rounds = RUNS[size]
    own = service("reporting", [ACTIVITIES], [need_changed])
    async with servers() as settings, plain(settings) as drivers:

        async def ours() -> float:
            return await by_handler(settings, drivers, own, envelopes(NeedChangedV1, events, MUNICIPALITY))

        async def bare() -> float:
            write = partial(upsert, drivers.database["needs"])
            return await by_loop(drivers, envelopes(NeedChangedV1, events, BARE), write, 100)

        async with running(settings, own):
            pass  # the streams and the durable are there from now on
        pairs = await in_turns(ours, bare, rounds)
    return [pairs.figure("projection, per fetch(100) + bulk upsert + ack", "events/s", Aim("ratio", at_least=0.4))]


async def upsert(collection: Any, messages: Sequence[Any]) -> None:
    """The least a projection does: the facts of each body, under their entity's id."""
    facts = [from_json(message.data)["data"] for message in messages]
    changes = [UpdateOne({"_id": data["activity_id"]}, {"$set": data}, upsert=True) for data in facts]
    await collection.bulk_write(changes, ordered=False)
