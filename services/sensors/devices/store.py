"""What is kept of devices beside themselves: when they were heard, and since when we listen."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from kit.store import Aggregates, Collection, Index, Store, Work
from services.sensors.devices.device import Device, State
from services.sensors.devices.listening import Listening
from services.sensors.devices.rhythm import Expectation, Rhythm, expectation
from services.sensors.store import SERIES

# the states that hold for few devices, so that finding those is quick
DEVICES = Aggregates(
    "devices", indexes=[Index([("silence.since", 1)]), Index([("troubles.since", 1)])], of=Device, key="id"
)
LISTENING = Collection("listening")
_LISTENING = "listening"

ALL = [DEVICES, LISTENING]
AT_ONCE = 200


@dataclass(frozen=True, slots=True)
class Heard:
    """What the series of one device say about it: when it was last heard, and how often each is."""

    device_id: str
    last: datetime | None
    rhythms: tuple[Rhythm, ...]
    activities: tuple[str, ...]

    def expectation(self, device: Device) -> Expectation | None:
        return expectation(device.declared_interval, list(self.rhythms))


def _grouped(query: dict[str, Any]) -> list[dict[str, Any]]:
    return [
        {"$match": query},
        {"$sort": {"device_id": 1}},
        {"$project": {"device_id": 1, "heard_at": 1, "rhythm": 1, "activity_id": 1}},
        {
            "$group": {
                "_id": "$device_id",
                "last": {"$max": "$heard_at"},
                "rhythms": {"$push": "$rhythm"},
                "activities": {"$addToSet": "$activity_id"},
            }
        },
    ]


def _heard_of(document: dict[str, Any]) -> Heard:
    return Heard(
        document["_id"],
        document["last"],
        tuple(Rhythm.model_validate(each) for each in document["rhythms"] if each),
        tuple(sorted(each for each in document["activities"] if each)),
    )


async def heard(database: Any, ids: Iterable[str]) -> dict[str, Heard]:
    cursor = database[SERIES.name].aggregate(_grouped({"device_id": {"$in": sorted(ids)}}))
    return {document["_id"]: _heard_of(document) async for document in cursor}


async def all_heard(store: Store) -> AsyncIterator[list[Heard]]:
    """Every device's, some at a time."""
    some: list[Heard] = []
    async for document in store.database[SERIES.name].aggregate(_grouped({}), allowDiskUse=True):
        some.append(_heard_of(document))
        if len(some) == AT_ONCE:
            yield some
            some = []
    if some:
        yield some


async def devices_named(store: Store, ids: Iterable[str]) -> dict[str, Device]:
    cursor = store[DEVICES].find({"_id": {"$in": sorted(ids)}})
    return {document["_id"]: DEVICES.to_aggregate(document) async for document in cursor}


async def devices_of(work: Work, ids: Iterable[str]) -> dict[str, Device]:
    found = await work.find(DEVICES, {"_id": {"$in": sorted(ids)}})
    return {document["_id"]: DEVICES.to_aggregate(document) for document in found}


def in_state(state: State) -> dict[str, Any]:
    """The query for devices in a state."""
    silent, broken = {"silence.since": {"$type": "date"}}, {"troubles.since": {"$type": "date"}}
    queries: dict[State, dict[str, Any]] = {
        "silent": silent,
        "malfunctioning": {**broken, "$nor": [silent]},
        "heard": {"$nor": [silent, broken]},
    }
    return queries[state]


async def ids_in_state(store: Store, state: State) -> list[str]:
    cursor = store[DEVICES].find(in_state(state), {"_id": 1})
    return [document["_id"] async for document in cursor]


async def listening(database: Any) -> Listening | None:
    document = await database[LISTENING.name].find_one({"_id": _LISTENING})
    return None if document is None else Listening.model_validate(document)


def keep_listening(work: Work, listening: Listening) -> None:
    work.put(LISTENING, {"_id": _LISTENING, **listening.model_dump(mode="python")})
