"""An air sensor at the future Kajzer centre starts to report; one reading is missing."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

from contracts.registry import Event
from contracts.sensors import DeviceRegisteredV1, Observation, ReadingsRecordedV1

_DEVICE = "kajzer-air-1"

EXAMPLES: tuple[Event, ...] = (
    DeviceRegisteredV1(
        device_id=_DEVICE, name="Air quality, Kajzer", first_seen=datetime(2026, 10, 5, 6, 0, tzinfo=UTC)
    ),
    ReadingsRecordedV1(
        series_id=f"{_DEVICE}:co2",
        device_id=_DEVICE,
        observed_property="co2",
        unit="ppm",
        count=2,
        readings=[
            Observation(time=datetime(2026, 10, 5, 6, 0, tzinfo=UTC), value=Decimal("612"), quality="pass"),
            Observation(time=datetime(2026, 10, 5, 6, 10, tzinfo=UTC), value=None, quality="missing"),
        ],
    ),
)
