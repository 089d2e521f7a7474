"""What sources give, taken in: everything at first, then a day on which one row in a hundred changed.

The answers stand in the sources' real formats and come page by page as from the wire; the network is left out. Memory
is that of the whole process, sampled all along, above what it was before. Bare: the same pages read and nothing stored.
A change is detected when its page is handed over, and published when a plain subscriber has call.changed.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field, replace
from time import perf_counter
from typing import Any

import nats

from bench.answers import CODES, listing_pages, row_is_live, topic_is_live, topic_pages
from bench.figure import Aim, Figure, Size
from bench.memory import peak, resident_mb
from bench.rounds import percentile
from bench.system import MUNICIPALITY, running, servers
from contracts.envelope import attributes_of
from kit.runtime import Runtime
from kit.settings import Settings
from services.funding.app import service as funding
from services.funding.identity import call_id
from services.funding.polling.reading import read_run
from services.funding.sources.gov_si import GovSi
from services.funding.sources.sedia import Sedia
from services.funding.sources.source import Payload, Portion, Source

SEED = 7
ROWS: dict[Size, tuple[int, int]] = {"quick": (1_700, 340), "normal": (17_000, 3_400), "full": (17_000, 3_400)}
GROWTH: dict[Size, int] = {"quick": 200, "normal": 1_000, "full": 4_000}
Pages = Iterator[tuple[Payload, list[str]]]


@dataclass(slots=True)
class Watch:
    """When each changed call's page was handed over, and when its event was there."""

    handed: dict[str, float] = field(default_factory=dict)
    heard: dict[str, float] = field(default_factory=dict)

    @property
    def delays(self) -> list[float]:
        return [(self.heard[call] - self.handed[call]) * 1_000 for call in self.handed.keys() & self.heard.keys()]


@dataclass(frozen=True, slots=True)
class Changed:
    """Numbers of the topics and of the listing's rows that say something else today."""

    topics: frozenset[int] = frozenset()
    rows: frozenset[int] = frozenset()


UNCHANGED = Changed()


async def measure(size: Size) -> list[Figure]:
    topics, rows = ROWS[size]
    async with servers() as settings, running(settings, replace(funding, jobs=[])) as runtime:
        idle = resident_mb()
        async with peak() as most:
            first = await _import(runtime, topics, rows)
            await _settled(runtime)
            watch = Watch()
            daily = await _delta(runtime, settings, topics, rows, watch)
    bare = _read_only(topics, rows)
    figures = [
        Figure(f"full import of {topics:,} + {rows:,} rows", "rows/s", first, bare, first / bare),
        Figure("a day with 1 % of the rows changed", "rows/s", daily, bare, daily / bare),
        Figure("memory above idle, at its peak", "MB", most[0] - idle, aims=[Aim("ours", at_most=200)]),
        Figure("page with a change to call.changed, p50", "ms", percentile(watch.delays, 0.5)),
        Figure("page with a change to call.changed, p99", "ms", percentile(watch.delays, 0.99)),
        Figure("changes told", "of all", len(watch.heard) / len(watch.handed), aims=[Aim("ours", at_least=1)]),
    ]
    return [*figures, *await _growth(GROWTH[size])]


async def _growth(base: int) -> list[Figure]:
    """The same two things with 1, 4 and 16 times the rows; ratios are per row, to the smallest."""
    first: dict[int, float] = {}
    daily: dict[int, float] = {}
    for times in (1, 4, 16):
        async with servers() as settings, running(settings, replace(funding, jobs=[])) as runtime:
            first[times] = await _import(runtime, base * times, 0)
            await _settled(runtime)
            daily[times] = await _delta(runtime, settings, base * times, 0, Watch())
    return [
        Figure(f"{name}, {times} x {base:,} rows", "rows/s", speed[times], speed[1], speed[times] / speed[1])
        for name, speed in (("full import", first), ("daily delta", daily))
        for times in (4, 16)
    ]


async def _import(
    runtime: Runtime, topics: int, rows: int, changed: Changed = UNCHANGED, watch: Watch | None = None
) -> float:
    """Rows a second."""
    started = perf_counter()
    for source, pages, key in _sources(topics, rows, changed):
        run = await read_run(source, _portions(source, pages, key, watch), runtime.stores["funding"])
        assert run.state == "done", run.reason
    return (topics + rows) / (perf_counter() - started)


async def _delta(runtime: Runtime, settings: Settings, topics: int, rows: int, watch: Watch) -> float:
    changed = Changed(_some(topics, topic_is_live), _some(rows, row_is_live))
    subject = f"cinnabar.{MUNICIPALITY}.funding.call.*.v1"
    connection = await nats.connect(settings.nats_url)

    async def hear(message: Any) -> None:
        attributes, _ = attributes_of(message.data)
        if attributes.type.endswith(("call.changed.v1", "call.reopened.v1")):
            watch.heard.setdefault(attributes.subject, perf_counter())

    await connection.subscribe(subject, cb=hear)
    try:
        speed = await _import(runtime, topics, rows, changed, watch)
        with suppress(TimeoutError):
            async with asyncio.timeout(20):
                while watch.handed.keys() - watch.heard.keys():
                    await asyncio.sleep(0.01)
    finally:
        await connection.close()
    return speed


def _sources(topics: int, rows: int, changed: Changed) -> list[tuple[Source, Pages, str]]:
    found: list[tuple[Source, Pages, str]] = [(Sedia(), topic_pages(topics, SEED, changed.topics), "eu-portal")]
    return [*found, (GovSi(), listing_pages(rows, SEED, changed.rows), "gov.si")] if rows else found


async def _portions(source: Source, pages: Pages, key: str, watch: Watch | None) -> AsyncIterator[Portion]:
    for page, changed in pages:
        if watch is not None:
            moment = perf_counter()
            watch.handed |= {call_id(key, name): moment for name in changed}
        yield [CODES, page] if key == "eu-portal" else [page]
        await asyncio.sleep(0)


def _some(rows: int, is_live: Callable[[int, int], bool]) -> frozenset[int]:
    """One row in a hundred, of those that are live: a change in a closed one is told to nobody."""
    live = [number for number in range(rows) if is_live(number, SEED)]
    return frozenset(random.Random(SEED).sample(live, min(rows // 100, len(live))))


def _read_only(topics: int, rows: int) -> float:
    started = perf_counter()
    for source, pages, key in _sources(topics, rows, UNCHANGED):
        for page, _ in pages:
            source.read([CODES, page] if key == "eu-portal" else [page])
    return (topics + rows) / (perf_counter() - started)


async def _settled(runtime: Runtime) -> None:
    """Return when the service's own handlers have caught up, so that they do not slow what is measured next."""
    while await runtime.stores["funding"].outbox.oldest_unsent() is not None:
        await asyncio.sleep(0.1)
    jetstream = runtime.bus.jetstream
    while True:
        consumers = await jetstream.consumers_info("FUNDING")
        if not any(each.num_pending or each.num_ack_pending for each in consumers):
            return
        await asyncio.sleep(0.1)
