"""Carries out the writes of a group of units of work inside its transaction."""

from __future__ import annotations

from itertools import groupby
from typing import Any

from kit.store.errors import Conflict
from kit.store.work import Write


async def apply(database: Any, writes: list[Write], session: Any) -> None:
    """One bulk write per collection, turn and kind. Raises Conflict when an exact write found nothing to match.

    What one unit wrote to a document stays in its order; of different units none writes what another one relies on.
    """
    for (collection, _, exact), part in groupby(sorted(writes, key=_batch), key=_batch):
        operations = [write.operation for write in part]
        done = await database[collection].bulk_write(operations, ordered=True, session=session)
        if exact and done.matched_count + done.deleted_count != len(operations):
            raise Conflict(f"{collection}: somebody else changed it first")


def _batch(write: Write) -> tuple[str, int, bool]:
    return write.collection, write.turn, write.exact
