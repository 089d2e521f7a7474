"""What happens before a service's processes start in a cluster: its store is made and migrated, and they wait."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from importlib.metadata import version
from time import monotonic

from kit.bus.bus import Bus
from kit.http.commands import IDEMPOTENCY_KEYS
from kit.runtime import declaration_of
from kit.service import Service
from kit.settings import Settings
from kit.store import Client, Store
from kit.store.migrations import Migrator

Say = Callable[[str], None]

TRY_SECONDS = 6.0
PAUSE_SECONDS = 2.0


async def migrate(
    service: Service, settings: Settings, say: Say, *, dry_run: bool = False, contract: bool = False
) -> None:
    """Make what collections and indexes are missing, and run the migrations; may run twice and at once.

    `dry_run` says what would be done. Raises RuntimeError saying why this version may not touch the store.
    """
    client = Client(settings.mongo_url, settings.databases)
    try:
        store = _store(client, service, settings)
        migrator = Migrator(client, store, service.migrations)
        if dry_run:
            missing = await store.missing_indexes()
            for sentence in [f"missing: {each}" for each in missing] + await migrator.plan():
                say(sentence)
            return
        await store.start()
        try:
            await migrator.run(say, contract=contract)
            await store.deployed.prepare(version("cinnabar"), settings.shared())
        finally:
            await store.stop()
    finally:
        client.close()


async def wait(service: Service, settings: Settings, seconds: float, say: Say) -> None:
    """Return once both servers answer and have what the service needs; say each new reason why not yet.

    Raises RuntimeError with the last reason after `seconds`.
    """
    ends, said = monotonic() + seconds, ""
    while reason := await _missing(service, settings):
        if reason != said:
            say(f"waiting: {reason}")
            said = reason
        if monotonic() > ends:
            raise RuntimeError(f"waited {seconds:.0f} s: {reason}")
        await asyncio.sleep(PAUSE_SECONDS)


async def _missing(service: Service, settings: Settings) -> str:
    """What the service would miss if it started now; empty when nothing."""
    client = Client(settings.mongo_url, settings.databases)
    bus = Bus(settings.nats_url, f"cinnabar-{service.name}-wait", 1)
    what, setting = "MongoDB", "CINNABAR_MONGO_URL"
    try:
        async with asyncio.timeout(TRY_SECONDS):
            await client.ping()
            if found := await Migrator(client, _store(client, service, settings), service.migrations).outstanding():
                return "; ".join(found)
            what, setting = "NATS", "CINNABAR_NATS_URL"
            await bus.connect()
            found = [str(each) for each in await bus.check(declaration_of([service], settings)) if each.stops]
        return f"run `cinnabar provision`: {'; '.join(found)}" if found else ""
    except Exception as error:
        return f"{what} does not answer ({str(error)[:300] or type(error).__name__}); check {setting}"
    finally:
        client.close()
        await bus.stop()


def _store(client: Client, service: Service, settings: Settings) -> Store:
    collections = [*service.collections, IDEMPOTENCY_KEYS]
    return Store(client, service.name, settings.municipality, collections, read_model=service.read_model)
