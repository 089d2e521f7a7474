"""A device: who measures, how often it is expected to report, and whether it is silent."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final, Literal, Self

from pydantic import BaseModel, Field

from contracts.registry import Event
from contracts.sensors import DeviceRecoveredV1, DeviceRegisteredV1, DeviceSilentV1
from services.sensors.devices.rhythm import Expectation
from services.sensors.readings import Location, Reading

SHORTEST: Final = timedelta(minutes=1)
LONGEST: Final = timedelta(days=366)

State = Literal["silent", "heard"]


class Silence(BaseModel):
    """A silence that was told: `since` the device was last heard."""

    since: datetime
    told_at: datetime


class Device(BaseModel):
    """Something that measures. `first_seen` is when it was first heard, not the time of its first reading.

    `declared`: how often it reports, as a person said; else that is learnt from its series.
    """

    id: str
    name: str
    location: Location | None = None
    first_seen: datetime
    declared: int | None = Field(default=None, description="Seconds from one report to the next.")
    silence: Silence | None = None
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

    @property
    def declared_interval(self) -> timedelta | None:
        return None if self.declared is None else timedelta(seconds=self.declared)

    @property
    def state(self) -> State:
        return "silent" if self.silence else "heard"

    def expected(self, every: timedelta | None) -> Self:
        """The device with the interval a person declares; None gives it back to what is learnt.

        Raises ValueError for one that no device has.
        """
        if every is not None and not SHORTEST <= every <= LONGEST:
            raise ValueError("an interval lies between one minute and 366 days")
        return self.model_copy(update={"declared": None if every is None else round(every.total_seconds())})

    def fell_silent(
        self, last_heard: datetime, expectation: Expectation, activities: Sequence[str], now: datetime
    ) -> Self:
        """The device after its silence was noticed; itself when that is known already."""
        if self.silence is not None:
            return self
        event = DeviceSilentV1(
            device_id=self.id,
            name=self.name,
            last_heard=last_heard,
            expected_every_seconds=round(expectation.every.total_seconds()),
            basis=expectation.basis,
            silent_after_seconds=round(expectation.quiet.total_seconds()),
            activities=list(activities),
        )
        silence = Silence(since=last_heard, told_at=now)
        return self.model_copy(update={"silence": silence, "events": [*self.events, event]})

    def spoke(self, at: datetime, activities: Sequence[str]) -> Self:
        """The device after it said something new; itself unless it was silent."""
        if self.silence is None:
            return self
        event = DeviceRecoveredV1(
            device_id=self.id,
            name=self.name,
            after="silence",
            since=self.silence.since,
            recovered_at=at,
            lasted_seconds=max(round((at - self.silence.since).total_seconds()), 0),
            activities=list(activities),
        )
        return self.model_copy(update={"silence": None, "events": [*self.events, event]})
