"""How far a handler that needs order has come with each entity."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from kit.store.collections import Collection

if TYPE_CHECKING:
    from kit.store.work import Work

SEQUENCES = Collection("sequences")


async def last_handled(database: Any, handler: str, entity: str) -> int:
    """The sequence of the entity's last event that took effect in `handler`; 0 before the first."""
    note = await database[SEQUENCES.name].find_one({"_id": f"{handler}:{entity}"})
    return int(note["sequence"]) if note else 0


def advance(work: Work, handler: str, entity: str, sequence: int) -> None:
    """Note that `sequence` takes effect with this unit; it does not commit if another replica was quicker."""
    query = {"_id": f"{handler}:{entity}", "sequence": sequence - 1}
    change = {"$set": {"sequence": sequence}}
    work.update(SEQUENCES, query, change, upsert=sequence == 1)
    work.writes[-1].exact = sequence > 1
