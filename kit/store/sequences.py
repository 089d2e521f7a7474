"""How far a handler that needs order has come with each entity."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kit.store.collections import Collection

if TYPE_CHECKING:
    from kit.store.work import Work

SEQUENCES = Collection("sequences")


async def last_handled(work: Work, handler: str, entity: str) -> int:
    """The sequence of the entity's last event that took effect in `handler`; 0 before the first."""
    note = await work.get(SEQUENCES, f"{handler}:{entity}")
    return int(note["sequence"]) if note else 0


def remember(work: Work, handler: str, entity: str, sequence: int) -> None:
    """Note that `sequence` takes effect with this unit; it does not commit if another replica was quicker."""
    work.put(SEQUENCES, {"_id": f"{handler}:{entity}", "sequence": sequence})
