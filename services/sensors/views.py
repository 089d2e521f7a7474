"""Series and readings as the API shows them. Values are JSON numbers, as devices send them."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Annotated

from pydantic import BaseModel, Field, PlainSerializer

from contracts.sensors import Observation, Quality
from services.sensors.devices.device import Device
from services.sensors.readings import Location
from services.sensors.series import Series

Number = Annotated[Decimal, PlainSerializer(float, return_type=float, when_used="json")]


class RecordedView(BaseModel):
    """What became of a batch: readings stored now, readings that were known already, and the series they are of."""

    stored: int
    repeated: int
    series: list[str]


class ReadingView(BaseModel):
    """One stored reading. A null value is a gap the device reported."""

    time: datetime
    value: Number | None
    quality: Quality
    failed: list[str] = Field(description="Tests it did not pass: gross_range, impossible, spike, flat_line.")

    @classmethod
    def of(cls, observation: Observation) -> ReadingView:
        return cls(
            time=observation.time, value=observation.value, quality=observation.quality, failed=observation.failed
        )


class ReadingsPage(BaseModel):
    """Readings, newest first. `next` is what to send as `after` for older ones."""

    items: list[ReadingView]
    next: datetime | None


class SeriesView(BaseModel):
    """One series and the device it comes from. `count` is the number of stored readings, gaps included."""

    id: str
    device_id: str
    device_name: str
    location: Location | None
    observed_property: str
    unit: str
    count: int
    first_time: datetime | None
    last: ReadingView | None
    activity_id: str | None = Field(description="The plan's activity this series tells about, when somebody said so.")

    @classmethod
    def of(cls, series: Series, device: Device | None) -> SeriesView:
        return cls(
            id=series.id,
            device_id=series.device_id,
            device_name=device.name if device else series.device_id,
            location=device.location if device else None,
            observed_property=series.observed_property,
            unit=series.unit,
            count=series.count,
            first_time=series.first_time,
            last=ReadingView.of(series.last) if series.last else None,
            activity_id=series.activity_id,
        )


class SeriesPage(BaseModel):
    """Series by id. `next` is what to send as `after` for the following page."""

    items: list[SeriesView]
    next: str | None
