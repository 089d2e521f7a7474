"""Our adapter passes the suite: outbox, relay, JetStream, group commit and inbox together."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from contracts.envelope import CONTENT_TYPE
from kit.clock import uuid7
from kit.embedded import Embedded
from kit.runtime import Runtime
from kit.settings import Settings
from kit.store import Work
from kit.store.outbox import OUTBOX
from tests.service.bus.conformance import Adapter, Conformance, Context, Message, Take
from tests.service.bus.toys import EFFECTS, Changed, changed, in_short, keeper, toy


class Ours(Adapter):
    def __init__(self, settings: Settings, servers: Embedded, publisher: Runtime) -> None:
        self._settings = settings
        self._servers = servers
        self._publisher = publisher

    @asynccontextmanager
    async def member(self, group: str, take: Take | None = None) -> AsyncIterator[None]:
        async def told(event: Changed, work: Work) -> None:
            if take is not None and work.cause is not None:
                context = Context(work.cause.id, work.cause.subject, work.cause.sequence)
                await take(Message(event.activity_id, work.cause.sequence, event.after), context)

        runtime = Runtime([toy(group, keeper(first=told))], self._settings)
        await runtime.start()
        try:
            yield
        finally:
            await runtime.stop()

    async def publish(self, *messages: Message, again: bool = False) -> None:
        if again:
            await self._publish_again(len(messages))
            return

        async def attempt(work: Work) -> None:
            for message in messages:
                work.emit(changed(message.entity, message.text), sequence=message.sequence)

        await self._publisher.stores["actions"].transact(attempt)

    async def _publish_again(self, count: int) -> None:
        """As after the server's deduplication window: under the same event ids."""
        rows = self._publisher.stores["actions"].database[OUTBOX.name].find({}, sort=[("_id", -1)], limit=count)
        async for row in rows:
            headers = {"Nats-Msg-Id": uuid7(), "content-type": CONTENT_TYPE}
            await self._publisher.bus.jetstream.publish(row["subject"], bytes(row["body"]), headers=headers)

    async def effects(self, group: str) -> list[Message]:
        database = self._publisher.stores["actions"].generations.database.client[f"cinnabar_{group}"]
        found = database[EFFECTS.name].find({}, sort=[("_id", 1)])
        return [Message(one["key"], one["sequence"], one["text"]) async for one in found]

    async def restart_server(self) -> None:
        nats = self._servers.nats
        assert nats is not None
        nats.process.kill()
        await nats.start()


class TestOurs(Conformance):
    @pytest.fixture
    async def bus(self, settings: Settings, empty: Embedded) -> AsyncIterator[Ours]:
        short = in_short(settings, grace_seconds=0.2)
        publisher = Runtime([toy("actions")], short)
        await publisher.start()
        try:
            yield Ours(short, empty, publisher)
        finally:
            await publisher.stop()
