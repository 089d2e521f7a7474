"""Devices as the API shows them."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, Field

from services.sensors.devices.device import LONGEST, SHORTEST, Device, State
from services.sensors.devices.rhythm import Basis
from services.sensors.devices.store import Heard
from services.sensors.readings import Location


class ExpectedView(BaseModel):
    """How often a device is expected to report. It is silent after `quiet_seconds` without a new reading."""

    every_seconds: int
    quiet_seconds: int
    basis: Basis


class TroubleView(BaseModel):
    """A series whose readings fail a check, and since which of them."""

    series_id: str
    reason: str
    since: datetime


class DeviceView(BaseModel):
    """One device and how it is doing. `expected` is null while nobody declared it and too few reports were seen."""

    id: str
    name: str
    location: Location | None
    first_seen: datetime
    state: State
    last_heard: datetime | None
    silent_since: datetime | None
    troubles: list[TroubleView]
    expected: ExpectedView | None
    activities: list[str] = Field(description="Ids of the plan's activities its series are linked to.")
    version: int

    @classmethod
    def of(cls, device: Device, heard: Heard | None) -> DeviceView:
        expectation = heard.expectation(device) if heard else None
        return cls(
            id=device.id,
            name=device.name,
            location=device.location,
            first_seen=device.first_seen,
            state=device.state,
            last_heard=heard.last if heard else None,
            silent_since=device.silence.since if device.silence else None,
            troubles=[TroubleView(**trouble.model_dump()) for trouble in device.troubles],
            expected=ExpectedView(
                every_seconds=round(expectation.every.total_seconds()),
                quiet_seconds=round(expectation.quiet.total_seconds()),
                basis=expectation.basis,
            )
            if expectation
            else None,
            activities=list(heard.activities) if heard else [],
            version=device.version,
        )


class DevicesPage(BaseModel):
    """Devices by id. `next` is what to send as `after` for the following page."""

    items: list[DeviceView]
    next: str | None


class Interval(BaseModel):
    """How often a device reports; null gives it back to what is learnt from its reports."""

    every_seconds: Annotated[
        int | None, Field(ge=round(SHORTEST.total_seconds()), le=round(LONGEST.total_seconds()), strict=True)
    ]
