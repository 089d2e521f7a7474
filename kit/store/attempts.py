"""What the delivery count alone cannot say: deliveries that were no attempt, and attempts that never ended.

JetStream counts every delivery. One that was parked or given back at shutdown is no failure of the event;
one that was begun and never answered may have killed the process. Both outlive this process.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from pymongo import ReturnDocument

from kit.clock import now
from kit.store.collections import Collection, Index

ATTEMPTS = Collection("attempts", indexes=[Index([("at", 1)], expire_after=30 * 24 * 3600)])


class Attempts:
    """Notes on single deliveries, by a key such as `raise_alerts:FUNDING:17`."""

    def __init__(self, database: Any) -> None:
        self._notes = database[ATTEMPTS.name]

    async def excuse(self, key: str) -> None:
        """One delivery more that shall not count as a failure."""
        await self._notes.update_one({"_id": key}, {"$inc": {"excused": 1}, "$set": {"at": now()}}, upsert=True)

    async def park(self, key: str, after: int) -> datetime:
        """The same for an event that came too early: since when it has waited with event `after` as the last."""
        moment = now()
        note = await self._notes.find_one({"_id": key, "parked_after": after}) or {}
        since: datetime = note.get("parked_since", moment)
        change = {"$inc": {"excused": 1}, "$set": {"at": moment, "parked_after": after, "parked_since": since}}
        await self._notes.update_one({"_id": key}, change, upsert=True)
        return since

    async def begin(self, key: str) -> int:
        """How often work on it has begun since it became suspicious, this time included."""
        note = await self._notes.find_one_and_update(
            {"_id": key},
            {"$inc": {"begun": 1}, "$set": {"at": now()}},
            upsert=True,
            return_document=ReturnDocument.AFTER,
        )
        return int(note["begun"])

    async def excused(self, key: str) -> int:
        note = await self._notes.find_one({"_id": key}, {"excused": 1})
        return int(note.get("excused", 0)) if note else 0
