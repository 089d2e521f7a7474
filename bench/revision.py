"""A revised plan beside many live calls: how long until every changed activity is held against them, and the memory.

Ours is the service's own handler, from the first changed need to the last that took effect. Bare reads the same calls
once for each need and stores nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from time import perf_counter

from bench.figure import Aim, Figure, Size
from bench.memory import peak, resident_mb
from bench.quality.labelled import HALVES, activities, pairs
from bench.system import MUNICIPALITY, handled, plain, reaches, running, servers, service
from bench.traffic import fill
from contracts.actions import NeedChangedV1
from contracts.envelope import Envelope
from kit.clock import now, uuid7
from kit.store import Store, Work
from services.funding.calls import Call
from services.funding.handlers import hold_need
from services.funding.judging import judge_call
from services.funding.store import ALL, CALLS

LIVE: dict[Size, int] = {"quick": 200, "normal": 1_500, "full": 5_000}


async def measure(size: Size) -> list[Figure]:
    labelled = list({pair.call.call_id: pair.call for half in HALVES for pair in pairs(half)}.values())
    needs = [event for event, _ in activities()]
    name = f"{len(needs)} revised activities beside {LIVE[size]:,} live calls"
    async with servers() as settings, plain(settings) as drivers:
        async with running(settings, service("funding", ALL, [hold_need])):
            pass  # the streams and the durable are there from now on
        await fill(drivers.jetstream, [_changed(need) for need in needs])
        async with running(settings, service("funding", ALL)) as runtime:
            store = runtime.stores["funding"]
            await _live(store, labelled, LIVE[size])
            before, bare = resident_mb(), await _read(store, len(needs))
        done = handled("funding", "hold_need")
        async with peak() as most:
            started = perf_counter()
            async with running(settings, service("funding", ALL, [hold_need])):
                await reaches(lambda: handled("funding", "hold_need"), done + len(needs))
            ours = perf_counter() - started
    return [
        Figure(f"{name}, per reading the calls", "s", ours, bare, ours / bare),
        Figure(f"{name}, peak memory above before", "MB", most[0] - before, aims=(Aim("ours", at_most=100),)),
    ]


def _changed(need: NeedChangedV1) -> Envelope:
    event_id = uuid7()
    return Envelope(event_id, MUNICIPALITY, need.activity_id, 1, now(), need, correlation_id=event_id)


async def _live(store: Store, calls: Sequence[Call], count: int) -> None:
    """The labelled calls again and again under other ids, each with its verdict, before any need is known."""
    for number in range(count):
        turn, place = divmod(number, len(calls))
        call = calls[place].model_copy(update={"call_id": f"{calls[place].call_id}-{turn}", "version": 1})
        await store[CALLS].insert_many([CALLS.to_document(call)])
        await store.transact(partial(_judge, call.call_id))


async def _judge(call_id: str, work: Work) -> None:
    await judge_call(call_id, work)


async def _read(store: Store, times: int) -> float:
    """Seconds to read every call that many times."""
    started = perf_counter()
    for _ in range(times):
        async for document in store[CALLS].find({}):
            CALLS.to_aggregate(document)
    return perf_counter() - started
