"""Events as the bus carries them, and the read model as it stands."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable
from typing import Any

import pytest

from contracts.envelope import CONTENT_TYPE, Envelope
from kit.bus.handlers import Handler
from kit.settings import Settings
from kit.store import Client, Store, Work
from services.reporting.projections import HANDLERS
from services.reporting.store import ALL, READ_MODEL
from tests.conftest import Running
from tests.service.reporting.story import MUNICIPALITY

RUNS: dict[str, Handler] = {handler.contract.type: handler for handler in HANDLERS}


@pytest.fixture
async def store(settings: Settings) -> AsyncIterator[Store]:
    """The store of the service, without the bus."""
    client = Client(settings.mongo_url)
    store = Store(client, "reporting", MUNICIPALITY, ALL)
    await store.start()
    yield store
    await store.stop()
    client.close()


async def hear(store: Store, told: Iterable[Envelope]) -> None:
    """Handle events one after the other, as often as they are given, without the inbox that would stop repeats."""
    for envelope in told:

        async def attempt(work: Work, envelope: Envelope = envelope) -> None:
            await RUNS[envelope.contract.type].run(envelope.event, work)

        await store.transact(attempt, cause=envelope)


async def read_model(store: Store) -> dict[str, list[Any]]:
    return {each.name: await store[each].find({}, sort=[("_id", 1)]).to_list(None) for each in READ_MODEL}


async def publish(service: Running, told: Iterable[Envelope]) -> None:
    """Put events on their streams, as their producers' relays do."""
    for envelope in told:
        await service.runtime.bus.jetstream.publish(
            envelope.nats_subject,
            envelope.encode(),
            headers={"Nats-Msg-Id": envelope.id, "Content-Type": CONTENT_TYPE},
        )
