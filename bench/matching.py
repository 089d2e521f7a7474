"""Matching: its quality on the labelled set, and one call against 100, 1,000 and 10,000 activities in the store.

Ours is what the service does when a call is published, on a real MongoDB: find the needs that share a key, weigh them,
store the fits and the verdict. Bare is the plain way: read every need and weigh every pair, storing nothing. The words
of needs were read before in both.
"""

from __future__ import annotations

from collections.abc import Sequence
from time import perf_counter
from typing import Any

from bench.figure import Aim, Figure, Size
from bench.memory import resident_mb
from bench.quality.labelled import HALVES, activities, pairs
from bench.quality.table import compared, figures, table
from bench.rounds import percentile
from bench.system import running, servers, service
from contracts.actions import NeedChangedV1
from kit.clock import now, uuid7
from kit.store import Store, Work
from services.funding.calls import Call
from services.funding.judging import judge_call
from services.funding.matching import match
from services.funding.needs import Need
from services.funding.offers import LJUBLJANA, Offer
from services.funding.prepared import need_of, offer_of
from services.funding.store import ALL, CALLS, MATCHES, NEEDS, VERDICTS, need_document

ACTIVITIES: dict[Size, tuple[int, ...]] = {
    "quick": (100, 1_000),
    "normal": (100, 1_000, 10_000),
    "full": (100, 1_000, 10_000),
}
ROUNDS: dict[Size, int] = {"quick": 1, "normal": 2, "full": 5}


async def measure(size: Size) -> list[Figure]:
    ways = compared()
    print(f"\n{table(ways)}\n")
    found = figures(ways)
    calls = list({pair.call.call_id: pair.call for half in HALVES for pair in pairs(half)}.values())
    async with servers() as settings, running(settings, service("funding", ALL)) as runtime:
        store = runtime.stores["funding"]
        for count in ACTIVITIES[size]:
            found += await _one_call(store, calls, count, ROUNDS[size])
    return found


async def _one_call(store: Store, calls: Sequence[Call], count: int, rounds: int) -> list[Figure]:
    """Every labelled call against `count` activities, again and again; each is judged from nothing stored."""
    before = resident_mb()
    await _fill(store, count)
    await _judge_all(store, calls)  # reads every need's words once
    ours = [each for _ in range(rounds) for each in await _judge_all(store, calls)]
    bare = [await _plainly(store, call) for call in calls[:8]]
    rows = await store[MATCHES].count_documents({})
    name = f"a call against {count:,} activities"
    plain, slow = percentile(bare, 0.5), percentile(bare, 0.99)
    return [
        Figure(f"{name}, p50, per plain pairwise", "ms", p50 := percentile(ours, 0.5), plain, p50 / plain),
        Figure(f"{name}, p99, per plain pairwise", "ms", p99 := percentile(ours, 0.99), slow, p99 / slow),
        Figure(f"{name}, rows a call, per a row a pair", "rows", each := rows / len(calls), count, each / count),
        Figure(f"{name}, memory above before", "MB", resident_mb() - before, aims=(Aim("ours", at_most=200),)),
    ]


async def _fill(store: Store, count: int) -> None:
    """The plan of Idrija once for each of many towns, so that a call meets as many kinds of activity as in life."""
    await store[NEEDS].delete_many({})
    told = [event for event, _ in activities()]
    documents = []
    for number in range(count):
        town, event = divmod(number, len(told))
        said = told[event].model_copy(update={"activity_id": f"town-{town}:{told[event].number}"})
        documents.append(_document(said))
    await store[NEEDS].insert_many(documents)


def _document(said: NeedChangedV1) -> dict[str, Any]:
    need = Need.of(said)
    return need_document(need, said.model_dump(mode="python"), sequence=1, stamp=uuid7(), at=now())


async def _judge_all(store: Store, calls: Sequence[Call]) -> list[float]:
    """Milliseconds for each call, from the event to what is committed."""
    for collection in (CALLS, MATCHES, VERDICTS):
        await store[collection].delete_many({})
    await store[CALLS].insert_many([CALLS.to_document(call.model_copy(update={"version": 1})) for call in calls])
    return [await _judge(store, call.call_id) for call in calls]


async def _judge(store: Store, call_id: str) -> float:
    async def attempt(work: Work) -> None:
        await judge_call(call_id, work)

    began = perf_counter()
    await store.transact(attempt)
    return (perf_counter() - began) * 1000


async def _plainly(store: Store, call: Call) -> float:
    """Milliseconds to read every need and to weigh it."""
    began = perf_counter()
    offer: Offer = offer_of(call, now())
    today = now().astimezone(LJUBLJANA).date()
    async for document in store[NEEDS].find({}):
        match(offer, need_of(document), today)
    return (perf_counter() - began) * 1000
