"""Taking readings in: the one path for HTTP, NATS and the example."""

from __future__ import annotations

from dataclasses import dataclass

from kit.store import Work
from services.sensors import store
from services.sensors.devices.device import Device
from services.sensors.devices.store import DEVICES, devices_of
from services.sensors.intake import sift
from services.sensors.readings import Batch, Reading
from services.sensors.series import Series, observation, portions


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
    spoke: dict[str, list[str]] = {}
    for series_id, readings in sifted.fresh.items():
        series = known.get(series_id) or Series.begun_by(readings[0])
        extended = _extend(series, readings, work)
        if extended.heard_at != series.heard_at:
            spoke.setdefault(series.device_id, []).extend([series.activity_id] if series.activity_id else [])
    await _hear_of_devices(fresh, spoke, work)
    return Recorded(len(fresh), sifted.repeated, ids)


async def _hear_of_devices(fresh: list[Reading], spoke: dict[str, list[str]], work: Work) -> None:
    """Repeats tell nothing new about a device, so only fresh readings may rename or move one.

    `spoke`: the devices that said something newer than before, each with the activities it was about.
    """
    known = await devices_of(work, {reading.device for reading in fresh})
    heard: dict[str, Device] = {}
    for reading in fresh:
        before = heard.get(reading.device) or known.get(reading.device)
        heard[reading.device] = before.heard(reading) if before else Device.first_heard(reading, work.now)
    for device_id, device in heard.items():
        after = device.spoke(work.now, spoke[device_id]) if device_id in spoke else device
        if after != known.get(device_id):
            work.save(DEVICES, after)


def _extend(series: Series, readings: list[Reading], work: Work) -> Series:
    observations = [observation(reading) for reading in readings]
    series = series.heard(observations[-1].time, work.now)
    for portion in portions(observations):
        # one version per event, so that a listener who compares sequences never drops the second
        series = work.save(store.SERIES, series.record(portion))
    for one in observations:
        work.insert(store.READINGS, store.document_of(series.id, one))
    return series
