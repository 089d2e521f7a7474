"""What is added to the sequence of an entity about which more was said than its store knows any more.

A store that came back from an older copy counts versions again that were said before. Readers keep the highest they
have seen, so they would pass over whatever is said next; instead it goes on above.
"""

from __future__ import annotations

from typing import Any

from kit.store.collections import Collection

LIFTS = Collection("lifts")


def entity_key(entity: str, subject: str) -> str:
    """`call:call-3ffgnp`: a kind of entity and which one."""
    return f"{entity}:{subject}"


class Lifts:
    """The lifts of one service's store, as they were when it started."""

    def __init__(self, database: Any) -> None:
        self._notes = database[LIFTS.name]
        self._by: dict[str, int] = {}

    async def start(self) -> None:
        self._by = {note["_id"]: note["by"] async for note in self._notes.find({})}

    def of(self, entity: str) -> int:
        return self._by.get(entity, 0)

    async def lift(self, entity: str, *, version: int, said: int) -> bool:
        """Let what is said of an entity at a version after `version` follow on `said`; whether that was needed."""
        if version + self.of(entity) >= said:
            return False
        self._by[entity] = said - version
        await self._notes.update_one({"_id": entity}, {"$max": {"by": self._by[entity]}}, upsert=True)
        return True
