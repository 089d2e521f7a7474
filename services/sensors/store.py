"""What the sensors service keeps, and the queries on it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any, Final

from contracts.sensors import Observation
from kit.store import Aggregates, Collection, Index, Store, Work
from services.sensors.intake import Key
from services.sensors.readings import Reading
from services.sensors.series import Series

SERIES = Aggregates("series", indexes=[Index([("device_id", 1)]), Index([("activity_id", 1)])], of=Series, key="id")
# Series with a limit that is exceeded now; few at a time.
EXCEEDED: Final[dict[str, Any]] = {"thresholds.exceedance.since": {"$type": "date"}}
# A plain collection whose `_id` is {s: series, t: time}, because MongoDB's time-series collections have no unique
# index and cannot change a stored measurement. This way a repeat is a duplicate key, and the index that every
# collection has on `_id` is the one on (series, time): one series is one range of it. Always build `s` before `t`.
READINGS = Collection("readings")
# Read model of the plan's activities: {_id, number, title, title_sl, removed, sequence}.
ACTIVITIES = Collection("activities")

_FIRST, _LAST = datetime(1970, 1, 1, tzinfo=UTC), datetime(9999, 1, 1, tzinfo=UTC)


def reading_id(series: str, time: datetime) -> dict[str, Any]:
    return {"s": series, "t": time}


def document_of(series: str, observation: Observation) -> dict[str, Any]:
    """The verdict says which tests a reading did not pass, where there are any."""
    return {"_id": reading_id(series, observation.time), "value": observation.value, **verdict_of(observation)}


def verdict_of(observation: Observation) -> dict[str, Any]:
    failed = {"failed": observation.failed} if observation.failed else {}
    return {"quality": observation.quality, **failed}


def observation_of(document: dict[str, Any]) -> Observation:
    return Observation(
        time=document["_id"]["t"],
        value=document["value"],
        quality=document["quality"],
        failed=document.get("failed", []),
    )


async def series_of(work: Work, ids: Iterable[str]) -> dict[str, Series]:
    found = await work.find(SERIES, {"_id": {"$in": sorted(ids)}})
    return {document["_id"]: SERIES.to_aggregate(document) for document in found}


async def known_values(work: Work, readings: Sequence[Reading]) -> dict[Key, Decimal | None]:
    """The stored values at the moments of these readings; a null value is a gap that is known."""
    ids = [reading_id(reading.series_id, reading.time) for reading in readings]
    found = await work.find(READINGS, {"_id": {"$in": ids}})
    return {(document["_id"]["s"], document["_id"]["t"]): document["value"] for document in found}


MOST_AROUND = 1000


async def around(
    work: Work, series: str, first: datetime, last: datetime, *, back: timedelta
) -> list[Observation] | None:
    """Stored observations from some before `first` to two after `last`, oldest first.

    Two before, or as many as the time `back` holds. None when there are too many in between to look at.
    """
    oldest = {"$gte": reading_id(series, first - back if back else _FIRST), "$lt": reading_id(series, first)}
    before = await work.find(READINGS, {"_id": oldest}, sort=[("_id", -1)], limit=MOST_AROUND if back else 2)
    newer = {"$gt": reading_id(series, first), "$lt": reading_id(series, _LAST)}
    later = await work.find(READINGS, {"_id": newer}, sort=[("_id", 1)], limit=MOST_AROUND)
    found = [observation_of(document) for document in (*reversed(before), *later)]
    beyond = [one for one in found if one.time > last]
    if len(later) == MOST_AROUND and not beyond:
        return None
    return [one for one in found if one.time <= last] + beyond[:2]


def correct(work: Work, series: str, observation: Observation) -> None:
    """The verdict on a stored reading is another; its time and value stay."""
    anew = {"quality": observation.quality, "failed": observation.failed}
    work.update(READINGS, {"_id": reading_id(series, observation.time)}, {"$set": anew})


async def one_series(store: Store, series: str) -> Series | None:
    document = await store[SERIES].find_one({"_id": series})
    return None if document is None else SERIES.to_aggregate(document)


async def newest(
    store: Store, series: str, *, since: datetime | None, until: datetime | None, limit: int
) -> list[Observation]:
    """Observations from `since` up to but not including `until`, newest first."""
    cursor = store[READINGS].find(_range(series, since, until), sort=[("_id", -1)], limit=limit)
    return [observation_of(document) async for document in cursor]


async def oldest_first(
    store: Store, series: str, *, since: datetime | None, until: datetime | None
) -> AsyncIterator[Observation]:
    async for document in store[READINGS].find(_range(series, since, until), sort=[("_id", 1)]):
        yield observation_of(document)


async def averages(store: Store, series: str, boundaries: Sequence[datetime]) -> list[Decimal | None]:
    """The mean between each boundary and the next, of known values that failed no check; None where there is none."""
    pipeline = [
        {
            "$match": {
                **_range(series, boundaries[0], boundaries[-1]),
                "value": {"$ne": None},
                "quality": {"$ne": "fail"},
            }
        },
        {"$bucket": {"groupBy": "$_id.t", "boundaries": list(boundaries), "output": {"mean": {"$avg": "$value"}}}},
    ]
    found = {bucket["_id"]: bucket["mean"] async for bucket in store[READINGS].aggregate(pipeline)}
    return [found.get(start) for start in boundaries[:-1]]


def _range(series: str, since: datetime | None, until: datetime | None) -> dict[str, Any]:
    return {"_id": {"$gte": reading_id(series, since or _FIRST), "$lt": reading_id(series, until or _LAST)}}


async def activities_of(store: Store, series: Iterable[Series]) -> dict[str, dict[str, Any]]:
    """The activities these series are linked to, by id."""
    ids = sorted({one.activity_id for one in series if one.activity_id})
    return {document["_id"]: document async for document in store[ACTIVITIES].find({"_id": {"$in": ids}})}


async def all_activities(store: Store) -> list[dict[str, Any]]:
    """The activities the plan has now, by number."""
    found: list[dict[str, Any]] = await store[ACTIVITIES].find({"removed": False}, sort=[("number", 1)]).to_list(None)
    return found
