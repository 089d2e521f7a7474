"""What a service was prepared with, and what its processes run with, so that one that somebody set otherwise is named.

`cinnabar migrate`, which a deployment runs once, notes its release and the settings on which all processes must agree;
each process notes its own, again and again while it lives. A manifest edited by hand makes them differ.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from kit.store.collections import Collection, Index

PREPARED = "prepared"
FORGOTTEN = timedelta(seconds=90)

DEPLOYED = Collection("deployed", indexes=(Index([("seen_at", 1)], expire_after=int(FORGOTTEN.total_seconds())),))


@dataclass(frozen=True, slots=True)
class Standing:
    """Who runs what: `settings` by variable, as they may be shown. `prepared`: no process, but the deployment."""

    who: str
    version: str
    settings: Mapping[str, str]
    prepared: bool = False


class Deployed:
    """The notes of one service's processes. `mine` names the process that asks."""

    def __init__(self, database: Any, service: str, mine: str) -> None:
        self._notes = database[DEPLOYED.name]
        self._service = service
        self._mine = mine

    async def prepare(self, version: str, settings: Mapping[str, str]) -> None:
        await self._put(PREPARED, {"version": version, "settings": dict(settings)})

    async def see(self, version: str, settings: Mapping[str, str], at: datetime) -> None:
        """This process lives, and this is what it runs with."""
        await self._put(self._mine, {"version": version, "settings": dict(settings), "seen_at": at})

    async def leave(self) -> None:
        await self._notes.delete_one({"_id": self._mine})

    async def standing(self, now: datetime) -> list[Standing]:
        """What was prepared, and what everybody else who lives runs with."""
        alive = {"$or": [{"_id": PREPARED}, {"seen_at": {"$gt": now - FORGOTTEN}}], "_id": {"$ne": self._mine}}
        return [self._standing(note) async for note in self._notes.find(alive).sort("_id", 1).limit(200)]

    def _standing(self, note: dict[str, Any]) -> Standing:
        prepared = note["_id"] == PREPARED
        who = f"{self._service} {'as prepared' if prepared else note['_id']}"
        return Standing(who, note["version"], note["settings"], prepared)

    async def _put(self, who: str, note: dict[str, Any]) -> None:
        await self._notes.replace_one({"_id": who}, note, upsert=True)


def disagreements(standing: Iterable[Standing]) -> list[str]:
    """Every setting that is not the same for all, with who has which, in words."""
    by_setting: dict[str, dict[str, list[str]]] = {}
    for each in standing:
        for name, value in each.settings.items():
            by_setting.setdefault(name, {}).setdefault(value, []).append(each.who)
    return [
        f"{name} is " + "; ".join(f"{value or 'not set'} for {', '.join(who[:3])}" for value, who in values.items())
        for name, values in sorted(by_setting.items())
        if len(values) > 1
    ]
