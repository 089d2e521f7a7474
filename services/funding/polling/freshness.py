"""How fresh each polled source is, for those who watch: said by every process, from what is stored."""

from __future__ import annotations

import asyncio
import logging
from datetime import timedelta
from math import inf

from kit import metrics
from kit.clock import now
from kit.service import Context, Fact
from kit.store import Store
from services.funding.polling.health import SourceHealth
from services.funding.polling.known import all_health, source_of
from services.funding.sources.source import Polled

log = logging.getLogger(__name__)

EVERY_SECONDS = 15.0
SILENT_INTERVALS = 3  # as the alert CinnabarSourceStale has it


async def tell_freshness(context: Context) -> None:
    """Keep the gauges fresh for as long as this process runs."""
    told: set[str] = set()
    while True:
        try:
            told = await tell(context.store, told)
        except Exception as error:
            log.debug("how fresh the sources are is not known now: %s", error)
        await asyncio.sleep(EVERY_SECONDS)


async def tell(store: Store, told: set[str]) -> set[str]:
    """Set each switched-on source's gauges and take away those of sources `told` of before; who was told of now.

    A source that was never asked has no age; one that was asked and never gave anything is infinitely old.
    """
    ages: dict[str, tuple[float, timedelta]] = {}
    for health in await all_health(store):
        every = _interval(health)
        if health.enabled and health.last_read_at is not None and every is not None:
            last = health.last_success_at
            ages[health.source] = (inf if last is None else (now() - last).total_seconds(), every)
    for name, (age, every) in ages.items():
        metrics.SOURCE_AGE.labels(name).set(age)
        metrics.SOURCE_INTERVAL.labels(name).set(every.total_seconds())
    for gone in told - set(ages):
        metrics.SOURCE_AGE.remove(gone)
        metrics.SOURCE_INTERVAL.remove(gone)
    return set(ages)


async def source_facts(context: Context) -> list[Fact]:
    """A line for each source that is switched on: when it last gave something, and why it does not."""
    switched_on = [health for health in await all_health(context.store) if health.enabled]
    if not switched_on:
        return [Fact("sources", "none is switched on: calls are typed in or uploaded")]
    return [_fact(health) for health in switched_on]


def _fact(health: SourceHealth) -> Fact:
    last, silent = health.last_success_at, False
    said = "never gave anything"
    if last is not None:
        age = now() - last
        said = f"gave calls {age.total_seconds() / 3600:.1f} h ago"
        every = _interval(health)
        silent = every is not None and age > SILENT_INTERVALS * every
    if health.failure:
        said = f"{said}; {health.failure}: {health.reason}"
    well = health.failure is None and not silent
    mend = "" if well else f"/funding/sources/{health.source} says what its runs gave; switch it off if it is gone"
    return Fact(f"source {health.source}", said[:200], well, mend)


def _interval(health: SourceHealth) -> timedelta | None:
    """How often it is asked; None for one that brings its calls itself."""
    source = source_of(health)
    if not isinstance(source, Polled):
        return None
    return source.every if health.every_minutes is None else timedelta(minutes=health.every_minutes)
