"""Taking readings in: the one path for HTTP, NATS and the example."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from contracts.sensors import Observation
from kit.store import Work
from services.sensors import store
from services.sensors.devices.device import Device
from services.sensors.devices.store import DEVICES, devices_of
from services.sensors.intake import sift
from services.sensors.quality.judging import judge
from services.sensors.readings import Batch, Reading
from services.sensors.series import Series, observation, portions
from services.sensors.thresholds.saying import crossed


@dataclass(frozen=True, slots=True)
class Recorded:
    """What became of a batch. `series` are the ids it spoke of, new or not."""

    stored: int
    repeated: int
    series: list[str]


async def record(batch: Batch, work: Work) -> Recorded:
    """Store what is new in a batch, and say it; repeats change nothing.

    Raises Refused when a reading contradicts what is stored: then nothing of the batch is stored.
    """
    ids = sorted({reading.series_id for reading in batch.readings})
    known = await store.series_of(work, ids)
    sifted = sift(
        batch,
        units={series.id: series.unit for series in known.values()},
        values=await store.known_values(work, batch.readings),
    )
    fresh = [reading for readings in sifted.fresh.values() for reading in readings]
    stored = await devices_of(work, {reading.device for reading in fresh})
    heard = _heard(stored, fresh, work.now)
    for series_id, readings in sifted.fresh.items():
        before, device = known.get(series_id) or Series.begun_by(readings[0]), heard[readings[0].device]
        series = await _extend(before, readings, device.name, work)
        if series.heard_at != before.heard_at:
            device = device.spoke(work.now, series.activities)
        heard[device.id] = device.checked(series, work.now)
    for device in heard.values():
        if device != stored.get(device.id):
            work.save(DEVICES, device)
    return Recorded(len(fresh), sifted.repeated, ids)


def _heard(stored: Mapping[str, Device], fresh: list[Reading], now: datetime) -> dict[str, Device]:
    """The devices as these readings tell of them. Repeats tell nothing new, so only fresh ones rename or move one."""
    heard: dict[str, Device] = {}
    for reading in fresh:
        before = heard.get(reading.device) or stored.get(reading.device)
        heard[reading.device] = before.heard(reading) if before else Device.first_heard(reading, now)
    return heard


async def _extend(series: Series, readings: list[Reading], device_name: str, work: Work) -> Series:
    observations = [observation(reading) for reading in readings]
    verdict = judge(observations, await _around(series, observations, work), series.unit, series.checks)
    series, crossings = series.heard(observations[-1].time, work.now).judge(verdict)
    # one version per event, so that a listener who compares sequences never drops the second
    for portion in portions(verdict.fresh):
        series = work.save(store.SERIES, series.record(portion))
    for portion in portions(verdict.corrected):
        series = work.save(store.SERIES, series.correct(portion))
    for threshold, crossing in crossings:
        said = crossed(series, threshold, crossing, device_name)
        series = work.save(store.SERIES, series.model_copy(update={"events": [said]}))
    for one in verdict.fresh:
        work.insert(store.READINGS, store.document_of(series.id, one))
    for one in verdict.corrected:
        store.correct(work, series.id, one)
    return series


async def _around(series: Series, fresh: Sequence[Observation], work: Work) -> list[Observation] | None:
    """What the checks of a series have to see beside its new readings; the store is asked only where it must be."""
    checks = series.checks
    if checks is None or not checks.looks_around:
        return []
    in_time = series.last is None or fresh[0].time > series.last.time
    if in_time and not checks.flat:
        return series.recent
    return await store.around(work, series.id, fresh[0].time, fresh[-1].time, back=2 * checks.flat)
