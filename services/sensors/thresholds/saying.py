"""What is said of a threshold when its limit is crossed, or when it is changed or removed while exceeded."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from contracts.registry import Event
from contracts.sensors import ThresholdClearedV1, ThresholdExceededV1
from services.sensors.series import Series
from services.sensors.thresholds.threshold import Crossing, Threshold


def crossed(series: Series, threshold: Threshold, crossing: Crossing, device_name: str) -> Event:
    held, facts = crossing.exceedance, _facts(series, threshold, device_name)
    if crossing.cleared_at is None:
        return ThresholdExceededV1(
            **facts,
            value=held.value,
            measured_at=held.at,
            since=held.since,
            readings=held.readings,
            before=held.before,
        )
    return ThresholdClearedV1(
        **facts,
        because="back",
        value=crossing.value,
        exceeded_value=held.value,
        extreme=held.extreme,
        since=held.since,
        cleared_at=crossing.cleared_at,
    )


def ended(series: Series, threshold: Threshold, device_name: str, because: str, now: datetime) -> list[Event]:
    """What a change of the threshold ends; nothing unless it is exceeded. `because`: changed or removed."""
    held = threshold.exceedance
    if held is None:
        return []
    cleared = ThresholdClearedV1(
        **_facts(series, threshold, device_name),
        because=because,
        value=None,
        exceeded_value=held.value,
        extreme=held.extreme,
        since=held.since,
        cleared_at=now,
    )
    return [cleared]


def _facts(series: Series, threshold: Threshold, device_name: str) -> dict[str, Any]:
    return {
        "threshold_id": threshold.id,
        "name": threshold.name,
        "series_id": series.id,
        "device_id": series.device_id,
        "device_name": device_name,
        "observed_property": series.observed_property,
        "unit": series.unit,
        "direction": threshold.direction,
        "limit": threshold.limit,
        "activities": series.activities,
    }
