"""An air sensor at the future Kajzer centre starts to report; one reading is missing; it is silent for a night."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

from contracts.registry import Event
from contracts.sensors import (
    DeviceMalfunctionedV1,
    DeviceRecoveredV1,
    DeviceRegisteredV1,
    DeviceSilentV1,
    Observation,
    ReadingsCorrectedV1,
    ReadingsRecordedV1,
    ThresholdClearedV1,
    ThresholdExceededV1,
)

_DEVICE = "kajzer-air-1"
_ACTIVITY = "idrija-iap-2025:2.1.1"

_LIMIT = {
    "threshold_id": "019ad6a4-6c1e-7c5a-9d57-1f2a3b4c5d6e",
    "name": "Airing needed",
    "series_id": f"{_DEVICE}--co2",
    "device_id": _DEVICE,
    "device_name": "Air quality, Kajzer",
    "observed_property": "co2",
    "unit": "ppm",
    "direction": "above",
    "limit": Decimal(1000),
    "activities": [_ACTIVITY],
    "since": datetime(2026, 10, 12, 9, 20, tzinfo=UTC),
}

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
    DeviceSilentV1(
        device_id=_DEVICE,
        name="Air quality, Kajzer",
        last_heard=datetime(2026, 10, 9, 22, 10, 4, tzinfo=UTC),
        expected_every_seconds=600,
        basis="learnt",
        silent_after_seconds=1800,
        activities=[_ACTIVITY],
    ),
    DeviceRecoveredV1(
        device_id=_DEVICE,
        name="Air quality, Kajzer",
        after="silence",
        since=datetime(2026, 10, 9, 22, 10, 4, tzinfo=UTC),
        recovered_at=datetime(2026, 10, 10, 6, 20, 4, tzinfo=UTC),
        lasted_seconds=29400,
        activities=[_ACTIVITY],
    ),
    ThresholdExceededV1.model_validate(
        _LIMIT
        | {
            "value": Decimal(1180),
            "measured_at": datetime(2026, 10, 12, 9, 40, tzinfo=UTC),
            "readings": 3,
            "before": Decimal(970),
        }
    ),
    ThresholdClearedV1.model_validate(
        _LIMIT
        | {
            "because": "back",
            "value": Decimal(880),
            "exceeded_value": Decimal(1180),
            "extreme": Decimal(1420),
            "cleared_at": datetime(2026, 10, 12, 11, 10, tzinfo=UTC),
        }
    ),
    ReadingsCorrectedV1(
        series_id=f"{_DEVICE}--co2",
        device_id=_DEVICE,
        observed_property="co2",
        unit="ppm",
        count=1,
        readings=[
            Observation(
                time=datetime(2026, 10, 14, 8, 10, tzinfo=UTC), value=Decimal(9999), quality="fail", failed=["spike"]
            )
        ],
    ),
    DeviceMalfunctionedV1(
        device_id=_DEVICE,
        name="Air quality, Kajzer",
        series_id=f"{_DEVICE}--co2",
        observed_property="co2",
        unit="ppm",
        reason="flat_line",
        since=datetime(2026, 10, 14, 12, 10, tzinfo=UTC),
        evidence=[
            Observation(
                time=datetime(2026, 10, 14, 12, 10, tzinfo=UTC),
                value=Decimal(400),
                quality="fail",
                failed=["flat_line"],
            )
        ],
        activities=[_ACTIVITY],
    ),
)
