"""What the sensors service says: devices and what they measured."""

from __future__ import annotations

from decimal import Decimal
from typing import Literal

from pydantic import AwareDatetime, Field

from contracts.registry import Event, event
from contracts.values import Value

Quality = Literal["pass", "not_evaluated", "suspect", "fail", "missing"]


class Observation(Value):
    """One reading. A null value is a reported gap, never zero."""

    time: AwareDatetime
    value: Decimal | None
    quality: Quality = "not_evaluated"


@event("device.registered", 1, subject="device_id", sent_when="A device was heard of for the first time.")
class DeviceRegisteredV1(Event):
    """A device reports to the municipality from now on."""

    device_id: str
    name: str
    first_seen: AwareDatetime


@event("readings.recorded", 1, subject="series_id", sent_when="New readings of one series were stored.")
class ReadingsRecordedV1(Event):
    """Readings of one series that were not known before; repeats are not said again."""

    series_id: str
    device_id: str
    observed_property: str
    unit: str
    count: int = Field(ge=1)
    readings: list[Observation] = Field(max_length=500, description="Oldest first.")
