"""The note a rebuild keeps of itself beside the data: what it builds, how far it has come, and who is at it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from pymongo import ReturnDocument
from pymongo.errors import DuplicateKeyError

from kit.clock import now
from kit.store.generations import GENERATIONS, LIVE, Generations, live_number

REBUILD = "rebuild"
HELD = timedelta(seconds=30)
FAILURES_KEPT = 100


class Lost(Exception):
    """Somebody else is at this rebuild."""


@dataclass(slots=True)
class Rebuild:
    """One generation under construction. `since` None: from the first event that is kept."""

    number: int
    since: datetime | None
    holder: str
    positions: dict[str, int] = field(default_factory=dict)
    failures: list[dict[str, Any]] = field(default_factory=list)
    resumed: bool = False

    @classmethod
    async def begin(cls, generations: Generations, since: datetime | None, holder: str) -> Rebuild:
        """Go on with the rebuild that was left, if it began at the same time, or start one in a fresh generation.

        What is left of earlier generations is dropped, the live one excepted. Raises Lost.
        """
        notes = generations.database[GENERATIONS.name]
        note = await _take(notes, holder)
        live = await live_number(generations.database)
        if note is not None and (note["since"] == since or note["number"] == live):
            return cls(note["number"], note["since"], holder, note["positions"], note["failures"], resumed=True)
        number = max(live, note["number"] if note else 0, await _highest(generations)) + 1
        await drop_others(generations, live)
        rebuild = cls(number, since, holder)
        await notes.replace_one({"_id": REBUILD, "holder": holder}, rebuild._note())
        return rebuild

    async def advance(self, database: Any, positions: Mapping[str, int], failures: list[dict[str, Any]]) -> None:
        """Everything up to `positions` has taken effect, `failures` excepted. Raises Lost."""
        self.positions |= positions
        self.failures = (self.failures + failures)[:FAILURES_KEPT]
        done = await database[GENERATIONS.name].replace_one({"_id": REBUILD, "holder": self.holder}, self._note())
        if done.matched_count == 0:
            raise Lost("somebody else took over this replay")

    async def switch(self, database: Any) -> None:
        """Readers and writers go over to this generation. Raises Lost."""
        await self.advance(database, {}, [])
        live = {"$set": {"number": self.number, "switched_at": now()}}
        await database[GENERATIONS.name].update_one({"_id": LIVE}, live, upsert=True)

    async def let_go(self, database: Any, *, finished: bool) -> None:
        """End it, or leave it to whoever goes on with it."""
        mine = {"_id": REBUILD, "holder": self.holder}
        if finished:
            await database[GENERATIONS.name].delete_one(mine)
        else:
            await database[GENERATIONS.name].update_one(mine, {"$set": {"held_until": now()}})

    def _note(self) -> dict[str, Any]:
        return {
            "_id": REBUILD,
            "number": self.number,
            "since": self.since,
            "holder": self.holder,
            "held_until": now() + HELD,
            "positions": self.positions,
            "failures": self.failures,
        }


async def drop_others(generations: Generations, live: int) -> list[int]:
    """Drop every generation but the live one; the numbers of those dropped."""
    names = {each.name for each in generations.read_model}
    dropped = set()
    for stored in await generations.database.list_collection_names():
        name, _, number = stored.partition("@")
        if name in names and int(number or 0) != live:
            await generations.database.drop_collection(stored)
            dropped.add(int(number or 0))
    return sorted(dropped)


async def _take(notes: Any, holder: str) -> dict[str, Any] | None:
    """The note that was left, now ours; None when there is none. Raises Lost while somebody is at it."""
    free = {"_id": REBUILD, "held_until": {"$lte": now()}}
    mine = {"$set": {"holder": holder, "held_until": now() + HELD}}
    note: dict[str, Any] | None = await notes.find_one_and_update(free, mine, return_document=ReturnDocument.AFTER)
    if note is None:
        try:
            await notes.insert_one({"_id": REBUILD, **mine["$set"], "number": 0, "since": None, "positions": {}})
        except DuplicateKeyError:
            raise Lost("a replay of this service is under way; wait for it, half a minute if it was killed") from None
        return None
    return note if note["number"] else None


async def _highest(generations: Generations) -> int:
    stored = await generations.database.list_collection_names()
    return max((int(number) for each in stored if (number := each.partition("@")[2]).isdigit()), default=0)
