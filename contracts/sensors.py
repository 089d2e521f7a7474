"""What the sensors service says: devices and what they measured."""

from __future__ import annotations

from decimal import Decimal
from typing import Literal

from pydantic import AwareDatetime, Field

from contracts.registry import Event, event
from contracts.values import Code, Value

Quality = Literal["pass", "not_evaluated", "suspect", "fail", "missing"]


class Observation(Value):
    """One reading. A null value is a reported gap, never zero."""

    time: AwareDatetime
    value: Decimal | None
    quality: Quality = "not_evaluated"
    failed: list[Code] = Field(
        default=[],
        description="Tests it did not pass. Known: gross_range, impossible (no value of its unit), spike, flat_line.",
    )


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


@event(
    "readings.corrected", 1, subject="series_id", sent_when="What came later changed the verdict on stored readings."
)
class ReadingsCorrectedV1(Event):
    """Readings of one series as they stand now; their times and values are as they were recorded."""

    series_id: str
    device_id: str
    observed_property: str
    unit: str
    count: int = Field(ge=1)
    readings: list[Observation] = Field(max_length=500, description="Oldest first.")


@event("device.malfunctioned", 1, subject="device_id", sent_when="Too many readings of a device fail their checks.")
class DeviceMalfunctionedV1(Event):
    """A device measures what cannot be. It is said once for each series; device.recovered ends it."""

    device_id: str
    name: str = Field(description="What people call the device.")
    series_id: str
    observed_property: str
    unit: str
    reason: Code = Field(description="The test that fails. Known: gross_range, impossible, spike, flat_line.")
    since: AwareDatetime = Field(description="When the first of the failing readings was measured.")
    evidence: list[Observation] = Field(max_length=20, description="The failing readings, oldest first.")
    activities: list[str] = Field(default=[], description="Ids of the plan's activities the series is linked to.")


@event("device.silent", 1, subject="device_id", sent_when="A device has not been heard for longer than it may be.")
class DeviceSilentV1(Event):
    """A device that used to report does so no more. It is said once; device.recovered ends it."""

    device_id: str
    name: str = Field(description="What people call the device.")
    last_heard: AwareDatetime = Field(description="When it last said something new, by our clock.")
    expected_every_seconds: int = Field(ge=1, description="How often it is expected to report.")
    basis: Code = Field(
        description="Where that is known from. Known: declared (by a person), learnt (from its reports)."
    )
    silent_after_seconds: int = Field(ge=1, description="How long it may be quiet before it counts as silent.")
    activities: list[str] = Field(default=[], description="Ids of the plan's activities its series are linked to.")


@event("device.recovered", 1, subject="device_id", sent_when="A silent device spoke, or a malfunction ended.")
class DeviceRecoveredV1(Event):
    """What device.silent or device.malfunctioned said of a device holds no more."""

    device_id: str
    name: str = Field(description="What people call the device.")
    after: Code = Field(description="What is over. Known: silence, malfunction.")
    since: AwareDatetime = Field(description="When the silence or the malfunction began.")
    recovered_at: AwareDatetime = Field(description="When it ended.")
    lasted_seconds: int = Field(ge=0, description="How long it lasted.")
    series_id: str | None = Field(default=None, description="The series that malfunctioned; null after a silence.")
    activities: list[str] = Field(default=[], description="Ids of the plan's activities its series are linked to.")


@event(
    "threshold.exceeded", 1, subject="threshold_id", sent_when="Readings went beyond a limit, for as long as it asks."
)
class ThresholdExceededV1(Event):
    """A limit that somebody set on a series is exceeded. It is said once; threshold.cleared ends it."""

    threshold_id: str = Field(description="Id of the threshold.")
    name: str = Field(description="What whoever set the threshold calls it.")
    series_id: str
    device_id: str
    device_name: str = Field(description="What people call the device.")
    observed_property: str
    unit: str
    direction: Code = Field(description="Which side is beyond the limit. Known: above, below.")
    limit: Decimal = Field(description="The limit, in the series' unit.")
    value: Decimal = Field(description="The reading by which it counts as exceeded.")
    measured_at: AwareDatetime = Field(description="When that was measured.")
    since: AwareDatetime = Field(description="When the first of the readings beyond the limit was measured.")
    readings: int = Field(ge=1, description="How many readings in a row lay beyond the limit.")
    before: Decimal | None = Field(
        description="The last good reading that was not beyond it; null while there is none."
    )
    activities: list[str] = Field(default=[], description="Ids of the plan's activities the series is linked to.")


@event(
    "threshold.cleared", 1, subject="threshold_id", sent_when="Readings came back within a limit, or it was changed."
)
class ThresholdClearedV1(Event):
    """What threshold.exceeded said of a series holds no more."""

    threshold_id: str = Field(description="Id of the threshold.")
    name: str = Field(description="What whoever set the threshold calls it.")
    series_id: str
    device_id: str
    device_name: str = Field(description="What people call the device.")
    observed_property: str
    unit: str
    direction: Code = Field(description="Which side is beyond the limit. Known: above, below.")
    limit: Decimal = Field(description="The limit that was exceeded, in the series' unit.")
    because: Code = Field(description="Why it is over. Known: back, changed, removed.")
    value: Decimal | None = Field(description="The reading that is back; null when the threshold itself was changed.")
    exceeded_value: Decimal = Field(description="The reading by which it counted as exceeded.")
    extreme: Decimal = Field(description="The farthest reading while it was exceeded.")
    since: AwareDatetime = Field(description="When the first of the readings beyond the limit was measured.")
    cleared_at: AwareDatetime = Field(description="When the reading that is back was measured, or the change was made.")
    activities: list[str] = Field(default=[], description="Ids of the plan's activities the series is linked to.")
