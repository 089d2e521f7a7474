"""From the sensors service: devices, and the newest reading of each series. Readings themselves stay there."""

from __future__ import annotations

from contracts.sensors import DeviceRegisteredV1, Observation, ReadingsRecordedV1
from kit.bus.handlers import handles
from kit.store import Work
from services.reporting.projections.newest import keep_highest, keep_newest
from services.reporting.store import DEVICES, SERIES


@handles(DeviceRegisteredV1)
async def device_registered(event: DeviceRegisteredV1, work: Work) -> None:
    registered = {"name": event.name, "first_seen": event.first_seen}
    keep_newest(work, DEVICES, event.device_id, "registered", registered)


@handles(ReadingsRecordedV1)
async def readings_recorded(event: ReadingsRecordedV1, work: Work) -> None:
    """A reading that comes late, but was made earlier, leaves the newest one. A gap is no reading."""
    valued = [each for each in event.readings if each.value is not None]
    newest = max(valued, key=lambda each: each.time, default=None)
    described = {"device_id": event.device_id, "observed_property": event.observed_property}
    keep_newest(work, SERIES, event.series_id, "described", {**described, "unit": event.unit})
    if newest is not None:
        keep_highest(work, SERIES, event.series_id, {"latest": _by_time(newest)})
    keep_highest(work, DEVICES, event.device_id, {"heard_at": newest.time if newest else None})


def _by_time(reading: Observation) -> dict[str, object]:
    return {"time": reading.time, "value": reading.value, "quality": reading.quality}


HANDLERS = [device_registered, readings_recorded]
