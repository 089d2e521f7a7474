"""Taking readings in: the one path for HTTP, NATS and the example."""

from __future__ import annotations

from dataclasses import dataclass

from kit.store import Work
from services.sensors import store
from services.sensors.intake import sift
from services.sensors.readings import Batch, Reading
from services.sensors.series import Device, Series, observation, portions


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
    await _hear_of_devices(fresh, work)
    for series_id, readings in sifted.fresh.items():
        _extend(known.get(series_id) or Series.begun_by(readings[0]), readings, work)
    return Recorded(len(fresh), sifted.repeated, ids)


async def _hear_of_devices(fresh: list[Reading], work: Work) -> None:
    """Repeats tell nothing new about a device, so only fresh readings may rename or move one."""
    known = await store.devices_of(work, {reading.device for reading in fresh})
    heard: dict[str, Device] = {}
    for reading in fresh:
        before = heard.get(reading.device) or known.get(reading.device)
        heard[reading.device] = before.heard(reading) if before else Device.first_heard(reading, work.now)
    for device_id, device in heard.items():
        if device != known.get(device_id):
            work.save(store.DEVICES, device)


def _extend(series: Series, readings: list[Reading], work: Work) -> None:
    observations = [observation(reading) for reading in readings]
    for portion in portions(observations):
        # one version per event, so that a listener who compares sequences never drops the second
        series = work.save(store.SERIES, series.record(portion))
    for one in observations:
        work.insert(store.READINGS, store.document_of(series.id, one))
