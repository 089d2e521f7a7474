"""One service's store: its database, its units of work, and the outbox its relay empties."""

from __future__ import annotations

import copy
import logging
import os
import socket
from collections.abc import Awaitable, Callable, Iterable, Sequence
from typing import Any, TypeVar

from contracts.envelope import Envelope
from kit.clock import now, uuid7
from kit.store.attempts import ATTEMPTS, Attempts
from kit.store.client import Client, ensure_indexes, missing_indexes
from kit.store.collections import Aggregates, Collection
from kit.store.committer import INBOX, Committer
from kit.store.deployed import DEPLOYED, Deployed
from kit.store.fences import FENCES, Fence
from kit.store.generations import GENERATIONS, Generations
from kit.store.lifts import LIFTS, Lifts
from kit.store.migrations import MIGRATIONS
from kit.store.outbox import OUTBOX, Outbox, Row
from kit.store.sequences import SEQUENCES
from kit.store.work import Work

T = TypeVar("T")

log = logging.getLogger(__name__)


class Store:
    """Reads go to `database`; every write goes through `transact`.

    `read_model` names the collections that handlers make of events alone. They follow the live generation, unless
    `generation` names the one that is being built.
    """

    def __init__(
        self,
        client: Client,
        service: str,
        municipality: str,
        collections: Sequence[Collection],
        *,
        read_model: Sequence[Collection] = (),
        generation: int | None = None,
    ) -> None:
        self.service = service
        self.municipality = municipality
        rebuilt = [*read_model, INBOX, SEQUENCES] if read_model else []
        self.generations = Generations(client.database_of(service), rebuilt, generation)
        self.owner = f"{socket.gethostname()}:{os.getpid()}:{uuid7()[-12:]}"
        self.outbox = Outbox(self.database, self.owner)
        self.attempts = Attempts(self.database)
        self.deployed = Deployed(self.database, service, self.owner)
        self.lifts = Lifts(self.database)
        self.watchers: list[Callable[[list[Row]], None]] = []
        self._fence: Fence | None = None
        own = (OUTBOX, INBOX, ATTEMPTS, SEQUENCES, FENCES, GENERATIONS, MIGRATIONS, DEPLOYED, LIFTS)
        self._collections = [*collections, *own]
        self._committer = Committer(client, self.generations, self.owner, self._hand_over)

    @property
    def database(self) -> Any:
        """The driver's database, with the read model's collections as the generation in use has them."""
        return self.generations.view

    def _hand_over(self, rows: list[Row]) -> None:
        """Tell whoever waits, the relay first of all, which events were just committed."""
        for watcher in self.watchers:
            try:
                watcher(rows)
            except Exception:
                # What is committed stays committed; the sweep finds the rows that nobody took.
                log.exception("a watcher of %s failed", self.service)

    async def start(self) -> None:
        await self.generations.start()
        await ensure_indexes(self.generations.database, self.database.declared(self._collections))
        await self.lifts.start()
        self._committer.start()

    async def stop(self) -> None:
        await self._committer.stop()
        await self.generations.stop()

    async def missing_indexes(self) -> list[str]:
        """What `start` would make; changes nothing."""
        await self.generations.look()
        return await missing_indexes(self.generations.database, self.database.declared(self._collections))

    def fenced(self, fence: Fence) -> Store:
        """The same store, whose units of work commit only while `fence` is the newest of its name."""
        view = copy.copy(self)
        view._fence = fence
        return view

    def __getitem__(self, collection: Collection) -> Any:
        """The driver's collection, for queries."""
        return self.database[collection.name]

    async def has_done(self, inbox_id: str) -> bool:
        """Whether the unit of work of that inbox id has taken effect."""
        return await self.database[INBOX.name].find_one({"_id": inbox_id}, {"_id": 1}) is not None

    async def versions(self, keys: Iterable[str]) -> dict[str, int]:
        """The versions of the aggregates of these keys; where different aggregates have the same key, the lowest."""
        found: dict[str, int] = {}
        for each in self._collections:
            if isinstance(each, Aggregates):
                query = {"_id": {"$in": list(keys)}}
                async for document in self[each].find(query, {"version": 1}):
                    key, version = document["_id"], document["version"]
                    found[key] = min(version, found.get(key, version))
        return found

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

        async def fenced(work: Work) -> T:
            result = await attempt(work)
            if self._fence is not None and not work.empty:
                self._fence.hold(work)
            return result

        def new_work() -> Work:
            return Work(
                database=self.database,
                municipality=self.municipality,
                now=now(),
                cause=cause,
                actor=actor,
                inbox_id=inbox_id,
                lifts=self.lifts,
            )

        return await self._committer.run(fenced, new_work)
