"""Devices and their series: what the city knows about who measures what."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Self

from pydantic import BaseModel, Field

from contracts.registry import Event
from contracts.sensors import DeviceRegisteredV1, Observation, ReadingsRecordedV1
from services.sensors.identity import series_id
from services.sensors.readings import Location, Reading

MOST_PER_EVENT = 500
RECENT = 12


class Device(BaseModel):
    """Something that measures. `first_seen` is when it was first heard, not the time of its first reading."""

    id: str
    name: str
    location: Location | None = None
    first_seen: datetime
    version: int = 0
    events: list[Event] = Field(default=[], exclude=True)

    @classmethod
    def first_heard(cls, reading: Reading, now: datetime) -> Self:
        name = reading.device_name or reading.device
        event = DeviceRegisteredV1(device_id=reading.device, name=name, first_seen=now)
        return cls(id=reading.device, name=name, location=reading.location, first_seen=now, events=[event])

    def heard(self, reading: Reading) -> Self:
        """The device under the name and at the place it last gave; itself when it gave nothing new."""
        told = {"name": reading.device_name, "location": reading.location}
        changed = {field: value for field, value in told.items() if value is not None and value != getattr(self, field)}
        return self.model_copy(update=changed) if changed else self


class Series(BaseModel):
    """What one device says about one observed property, in one unit.

    `recent` holds the newest observations, oldest first, so that lists need no second query.
    """

    id: str
    device_id: str
    observed_property: str
    unit: str
    count: int = 0
    first_time: datetime | None = None
    recent: list[Observation] = []
    activity_id: str | None = None
    version: int = 0
    events: list[Event] = Field(default=[], exclude=True)

    @classmethod
    def begun_by(cls, reading: Reading) -> Self:
        return cls(
            id=series_id(reading.device, reading.observed_property),
            device_id=reading.device,
            observed_property=reading.observed_property,
            unit=reading.unit,
        )

    @property
    def last(self) -> Observation | None:
        return self.recent[-1] if self.recent else None

    def record(self, fresh: Sequence[Observation]) -> Self:
        """The series with readings it did not have, oldest first, at most 500: one event speaks of them."""
        event = ReadingsRecordedV1(
            series_id=self.id,
            device_id=self.device_id,
            observed_property=self.observed_property,
            unit=self.unit,
            count=len(fresh),
            readings=list(fresh),
        )
        oldest = fresh[0].time
        return self.model_copy(
            update={
                "count": self.count + len(fresh),
                "first_time": min(self.first_time or oldest, oldest),
                "recent": sorted([*self.recent, *fresh], key=lambda observation: observation.time)[-RECENT:],
                "events": [*self.events, event],
            }
        )


def observation(reading: Reading) -> Observation:
    """A reading as it is kept and spoken of. A gap is flagged as missing; a value nobody has judged says so."""
    quality = "missing" if reading.value is None else "not_evaluated"
    return Observation(time=reading.time, value=reading.value, quality=quality)


def portions(observations: Sequence[Observation]) -> list[Sequence[Observation]]:
    """Parts small enough for one event each."""
    return [observations[start : start + MOST_PER_EVENT] for start in range(0, len(observations), MOST_PER_EVENT)]
