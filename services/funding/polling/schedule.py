"""The job that polls: whatever source is due is read, several at once, each by one replica only."""

from __future__ import annotations

import asyncio
import logging

from kit.clock import now
from kit.ending import end
from kit.service import Context
from kit.settings import Settings
from kit.store import Store, Work
from services.funding.polling.client import client_for
from services.funding.polling.health import SourceHealth
from services.funding.polling.known import all_health, source_of
from services.funding.polling.manners import Manners
from services.funding.polling.reading import read_run
from services.funding.polling.store import RUNS, SOURCES, StoredMemory
from services.funding.polling.web import Hosts, PoliteWeb
from services.funding.sources.source import Polled

log = logging.getLogger(__name__)

AT_ONCE = 4
LOOK_AGAIN_SECONDS = 2.0
HOSTS = Hosts()


async def poll_sources(context: Context) -> None:
    """Read what is due, and go on looking while anything is being read; return when there is nothing to do.

    Only one replica runs this at a time, so a run that is still marked as running was cut off with its process.
    """
    await close_interrupted(context.store)
    running: dict[str, asyncio.Task[None]] = {}
    try:
        while True:
            for health in await _due(context.store, set(running)):
                if len(running) < AT_ONCE:
                    running[health.source] = asyncio.create_task(_poll(health, context), name=f"poll-{health.source}")
            if not running:
                return
            await asyncio.wait(running.values(), timeout=LOOK_AGAIN_SECONDS, return_when=asyncio.FIRST_COMPLETED)
            for name in [name for name, task in running.items() if task.done()]:
                running.pop(name).result()
    finally:
        await end(list(running.values()))


async def close_interrupted(store: Store) -> None:
    """Runs whose process died: what they took stays, and their sources are due again soon."""

    async def close(work: Work) -> None:
        for run in await work.find(RUNS, {"state": "running"}):
            reason = "the process that read it was stopped; it is read again"
            facts = {"state": "interrupted", "failure": "interrupted", "reason": reason, "ended_at": work.now}
            work.update(RUNS, {"_id": run["_id"]}, {"$set": facts})
            health = await work.load(SOURCES, run["source"])
            if health is not None and health.last_run == run["_id"]:
                work.save(SOURCES, health.interrupted(run["by"], reason))

    await store.transact(close)


async def poll(source: Polled, health: SourceHealth, store: Store, settings: Settings, manners: Manners) -> None:
    """One run of one source."""
    async with client_for(
        contact=settings.contact or settings.mail_from,
        site=settings.public_url,
        intermediate=health.intermediate,
        manners=manners,
    ) as client:
        web = PoliteWeb(client, StoredMemory(source.name, store), HOSTS, manners, afresh=health.asked_afresh)
        run = await read_run(source, source.poll(web), store, by=health.asked_by, afresh=health.asked_afresh, web=web)
    hinted = getattr(source, "hints_at", None)
    if hinted is not None and run.new_signals:
        await follow_hint(source.name, hinted, store)


async def follow_hint(heard: str, hinted: str, store: Store) -> None:
    """News of a source have it read now, and not at its next time, if it is read at all."""

    async def ask(work: Work) -> None:
        health = await work.load(SOURCES, hinted)
        if health is not None and health.enabled and health.asked_by is None:
            work.save(SOURCES, health.ask(heard))

    await store.transact(ask)


async def _poll(health: SourceHealth, context: Context) -> None:
    source = source_of(health)
    if isinstance(source, Polled):
        manners = Manners(private_addresses=context.settings.private_sources)
        await poll(source, health, context.store, context.settings, manners)


async def _due(store: Store, running: set[str]) -> list[SourceHealth]:
    moment = now()
    found: list[SourceHealth] = []
    for health in await all_health(store):
        source = source_of(health)
        if isinstance(source, Polled) and health.source not in running and health.is_due(source.every, moment):
            found.append(health)
    return found
