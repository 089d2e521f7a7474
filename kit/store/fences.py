"""Fencing: work begun under a lease that was lost meanwhile cannot be committed any more.

A lease alone cannot promise that: its holder may have slept through its end. The fence is a number in the
same database as the state; whoever takes the lease raises it, and every unit of work of the job checks it
in its own transaction.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pymongo import ReturnDocument

from kit.store.collections import Collection

if TYPE_CHECKING:
    from kit.store.work import Work

FENCES = Collection("fences")


@dataclass(frozen=True, slots=True)
class Fence:
    """The right to write as `name`, until somebody raises the number."""

    name: str
    number: int

    def hold(self, work: Work) -> None:
        """Have `work` refused if the fence was raised since; Conflict is what its caller sees."""
        work.update(FENCES, {"_id": self.name, "number": self.number}, {"$inc": {"units": 1}})
        work.writes[-1].exact = True


async def raise_fence(database: Any, name: str) -> Fence:
    """The newest fence of that name; every earlier one is void from now on."""
    document = await database[FENCES.name].find_one_and_update(
        {"_id": name}, {"$inc": {"number": 1}}, upsert=True, return_document=ReturnDocument.AFTER
    )
    return Fence(name, int(document["number"]))
