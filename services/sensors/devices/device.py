"""A device: who measures, how often it is expected to report, and whether it is silent or malfunctions."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final, Literal, Protocol, Self

from pydantic import BaseModel, Field

from contracts.registry import Event
from contracts.sensors import (
    DeviceMalfunctionedV1,
    DeviceRecoveredV1,
    DeviceRegisteredV1,
    DeviceSilentV1,
    Observation,
)
from services.sensors.devices.rhythm import Expectation
from services.sensors.quality.malfunctions import Malfunction, Trouble, is_over, malfunction_of
from services.sensors.readings import Location, Reading

SHORTEST: Final = timedelta(minutes=1)
LONGEST: Final = timedelta(days=366)

State = Literal["silent", "malfunctioning", "heard"]


class Measuring(Protocol):
    """What a device needs to know of one of its series."""

    @property
    def id(self) -> str: ...
    @property
    def observed_property(self) -> str: ...
    @property
    def unit(self) -> str: ...
    @property
    def recent(self) -> list[Observation]: ...
    @property
    def activities(self) -> list[str]: ...


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
    troubles: list[Trouble] = []
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
        return "silent" if self.silence else "malfunctioning" if self.troubles else "heard"

    def trouble_with(self, series_id: str) -> Trouble | None:
        return next((trouble for trouble in self.troubles if trouble.series_id == series_id), None)

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
        event = self._recovered("silence", self.silence.since, at, activities)
        return self.model_copy(update={"silence": None, "events": [*self.events, event]})

    def checked(self, series: Measuring, now: datetime) -> Self:
        """The device after readings of one of its series were judged; itself when that changes nothing."""
        trouble = self.trouble_with(series.id)
        if trouble is None:
            found = malfunction_of(series.recent)
            return self if found is None else self._malfunctioned(series, found)
        return self._repaired(trouble, series.activities, now) if is_over(series.recent) else self

    def _malfunctioned(self, series: Measuring, found: Malfunction) -> Self:
        event = DeviceMalfunctionedV1(
            device_id=self.id,
            name=self.name,
            series_id=series.id,
            observed_property=series.observed_property,
            unit=series.unit,
            reason=found.reason,
            since=found.since,
            evidence=found.evidence,
            activities=series.activities,
        )
        trouble = Trouble(series_id=series.id, reason=found.reason, since=found.since)
        return self.model_copy(update={"troubles": [*self.troubles, trouble], "events": [*self.events, event]})

    def _repaired(self, trouble: Trouble, activities: Sequence[str], now: datetime) -> Self:
        event = self._recovered("malfunction", trouble.since, now, activities, trouble.series_id)
        others = [other for other in self.troubles if other != trouble]
        return self.model_copy(update={"troubles": others, "events": [*self.events, event]})

    def _recovered(
        self, after: str, since: datetime, at: datetime, activities: Sequence[str], series_id: str | None = None
    ) -> DeviceRecoveredV1:
        return DeviceRecoveredV1(
            device_id=self.id,
            name=self.name,
            after=after,
            since=since,
            recovered_at=at,
            lasted_seconds=max(round((at - since).total_seconds()), 0),
            series_id=series_id,
            activities=list(activities),
        )
