"""What `cinnabar replay` does: connects, finds or begins the rebuild, runs it, and tells how it went."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any

from kit.bus.handlers import Handler
from kit.bus.replay import Replay
from kit.clock import uuid7
from kit.reach import connected
from kit.service import Service
from kit.settings import Settings
from kit.store import Client, Store
from kit.store.generations import GENERATIONS, live_number
from kit.store.rebuild import Lost, Rebuild, drop_others

Say = Callable[[str], None]


async def replay(
    service: Service, settings: Settings, say: Say, *, since: datetime | None = None, despite_failures: bool = False
) -> None:
    """Rebuild the service's read model from the events said since then, or from all that are kept, and switch to it.

    Raises RuntimeError, with the old read model still live, when that cannot be done.
    """
    handlers = [handler for handler in service.handlers if isinstance(handler, Handler)]
    async with _connected(service, settings) as (client, jetstream):
        generations = _store(client, service, settings).generations
        try:
            rebuild = await Rebuild.begin(generations, since, holder=uuid7())
            store = _store(client, service, settings, rebuild.number)
            await store.start()
            say(f"{'goes on with' if rebuild.resumed else 'builds'} generation {rebuild.number}")
            run = Replay(rebuild, store, handlers, jetstream, say)
            try:
                await run.run(despite_failures=despite_failures)
            finally:
                await store.stop()
        except Lost as error:
            raise RuntimeError(str(error)) from None
        say(f"generation {rebuild.number} of {service.name} lives; {run.pace}")


async def drop_old(service: Service, settings: Settings, say: Say) -> None:
    """Drop the generations that were kept after a switch. Raises RuntimeError while a replay is under way."""
    async with _connected(service, settings) as (client, _):
        generations = _store(client, service, settings).generations
        if await generations.database[GENERATIONS.name].find_one({"_id": "rebuild"}):
            raise RuntimeError("a replay is under way or was left unfinished; run it to its end first")
        dropped = await drop_others(generations, await live_number(generations.database))
    say(f"dropped generations {', '.join(map(str, dropped))}" if dropped else "there is no old generation")


def _store(client: Client, service: Service, settings: Settings, generation: int | None = None) -> Store:
    return Store(
        client,
        service.name,
        settings.municipality,
        service.collections,
        read_model=service.read_model,
        generation=generation,
    )


@asynccontextmanager
async def _connected(service: Service, settings: Settings) -> AsyncIterator[tuple[Client, Any]]:
    if not service.read_model:
        raise RuntimeError(f"{service.name} keeps more than events can tell: it has no read model to build anew")
    client = Client(settings.mongo_url, settings.databases)
    try:
        async with connected(settings, f"replay-{service.name}") as bus:
            yield client, bus.jetstream
    finally:
        client.close()
