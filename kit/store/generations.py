"""A read model is rebuilt beside the live one: each generation has collections of its own, a document says which lives.

Whoever commits reads that document in the same transaction, so no unit that began after a switch can still write to
the generation before it. Whoever only reads asks once a second.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from kit.ending import end
from kit.store.collections import Collection
from kit.store.errors import Conflict

if TYPE_CHECKING:
    from kit.store.work import Work

log = logging.getLogger(__name__)

GENERATIONS = Collection("generations")
LIVE = "live"
NOTICE_SECONDS = 1.0


class View:
    """A service's database as one generation sees it: its own read model, and everything else as it is."""

    def __init__(self, database: Any, names: frozenset[str], number: int) -> None:
        self._database = database
        self._names = names
        self.number = number

    def __getitem__(self, name: str) -> Any:
        return self._database[self.stored_as(name)]

    def __getattr__(self, name: str) -> Any:
        return getattr(self._database, name)

    def stored_as(self, name: str) -> str:
        """The collection's name in the database: generation 0 has the plain names."""
        return f"{name}@{self.number}" if self.number and name in self._names else name

    def declared(self, collections: Sequence[Collection]) -> list[Collection]:
        return [replace(each, name=self.stored_as(each.name)) for each in collections]


class Generations:
    """Which generation a store reads and writes: the live one, or a fixed one that is being built."""

    def __init__(self, database: Any, read_model: Sequence[Collection], fixed: int | None = None) -> None:
        self.database = database
        self.read_model = read_model
        self._names = frozenset(each.name for each in read_model)
        self._fixed = fixed
        self._task: asyncio.Task[None] | None = None
        self.view = self.of(fixed or 0)

    def of(self, number: int) -> View:
        return View(self.database, self._names, number)

    async def look(self) -> None:
        """Learn once which generation lives."""
        if self._names and self._fixed is None:
            self._learn(await live_number(self.database))

    async def start(self) -> None:
        await self.look()
        if self._names and self._fixed is None:
            self._task = asyncio.create_task(self._follow(), name="generations")

    async def stop(self) -> None:
        if self._task is not None:
            await end([self._task])

    async def admit(self, works: Sequence[Work], session: Any) -> None:
        """Raises Conflict for a transaction whose units were begun on a generation that lives no more."""
        if not self._names:
            return
        if self._fixed is None:
            self._learn(await live_number(self.database, session))
        if any(work.database.number != self.view.number for work in works):
            raise Conflict(f"generation {self.view.number} of the read model lives by now")

    def _learn(self, number: int) -> None:
        if number != self.view.number:
            log.info("generation %d of the read model lives", number)
            self.view = self.of(number)

    async def _follow(self) -> None:
        while True:
            await asyncio.sleep(NOTICE_SECONDS)
            try:
                self._learn(await live_number(self.database))
            except Exception as error:
                log.warning("which generation lives is not known: %s", error)


async def live_number(database: Any, session: Any = None) -> int:
    """The number of the live generation; 0 before the first switch."""
    live = await database[GENERATIONS.name].find_one({"_id": LIVE}, session=session)
    return int(live["number"]) if live else 0
