"""One service's store: its database, its units of work, and the outbox its relay empties."""

from __future__ import annotations

import os
import socket
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, TypeVar

from contracts.envelope import Envelope
from kit.clock import now, uuid7
from kit.store.client import Client, ensure_indexes
from kit.store.collections import Collection
from kit.store.committer import INBOX, Committer
from kit.store.outbox import OUTBOX, Outbox, Row
from kit.store.work import Work

T = TypeVar("T")


class Store:
    """Reads go to `database`; every write goes through `transact`."""

    def __init__(self, client: Client, service: str, municipality: str, collections: Sequence[Collection]) -> None:
        self.service = service
        self.municipality = municipality
        self.database: Any = client.database(f"cinnabar_{service}")
        self.owner = f"{socket.gethostname()}:{os.getpid()}:{uuid7()[-12:]}"
        self.outbox = Outbox(self.database, self.owner)
        self.watchers: list[Callable[[list[Row]], None]] = []
        self._collections = [*collections, OUTBOX, INBOX]
        self._committer = Committer(client, self.database, self.owner, self._hand_over)

    def _hand_over(self, rows: list[Row]) -> None:
        """Tell whoever waits, the relay first of all, which events were just committed."""
        for watcher in self.watchers:
            watcher(rows)

    async def start(self) -> None:
        await ensure_indexes(self.database, self._collections)
        self._committer.start()

    async def stop(self) -> None:
        await self._committer.stop()

    def __getitem__(self, collection: Collection) -> Any:
        """The driver's collection, for queries."""
        return self.database[collection.name]

    async def has_done(self, inbox_id: str) -> bool:
        """Whether the unit of work of that inbox id has taken effect."""
        return await self.database[INBOX.name].find_one({"_id": inbox_id}, {"_id": 1}) is not None

    async def transact(
        self,
        attempt: Callable[[Work], Awaitable[T]],
        *,
        cause: Envelope | None = None,
        actor: str | None = None,
        inbox_id: str | None = None,
    ) -> T:
        """Run `attempt` as one unit of work: its writes and events become durable together, or not at all.

        `inbox_id` makes it take effect once however often it is asked for; a repeat raises AlreadyDone.
        """

        def new_work() -> Work:
            return Work(
                database=self.database,
                municipality=self.municipality,
                now=now(),
                cause=cause,
                actor=actor,
                inbox_id=inbox_id,
            )

        return await self._committer.run(attempt, new_work)
