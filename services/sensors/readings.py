"""What a device may send: one reading or a list of them, each checked on its own."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Annotated, Any

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationError,
    WithJsonSchema,
)

from services.sensors.identity import DEVICE, PROPERTY, series_id
from services.sensors.refusal import Defect, Refused

MOST_READINGS = 1000
LARGEST_VALUE = 10**12
MOST_DIGITS = 34  # what a 128-bit decimal holds exactly
FASTEST_CLOCK = timedelta(minutes=10)
EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)  # a device whose clock was never set says 1970

_MENDS = {
    "device": "use at most 64 letters, digits and single '.', '_' or '-' between them, such as air-idrija-centre",
    "observed_property": "use lower-case letters, digits and single '_' between them, such as pm10 or pm2_5",
    "unit": "send the unit as short text, such as ug/m3 or Cel",
    "time": "write an ISO 8601 time with its offset, such as 2026-11-21T08:00:00Z",
    "value": f"send a number between -1e12 and 1e12 with at most {MOST_DIGITS} digits, or null for a reported gap",
    "device_name": "send a name of at most 200 characters, or leave it out",
    "location": 'send {"latitude": 46.0, "longitude": 14.0} in degrees, or leave it out',
}


def written_out(value: Any) -> Any:
    """A bare number may be seconds or milliseconds, so it is refused instead of guessed."""
    if not isinstance(value, str | datetime) or (isinstance(value, str) and "T" not in value.upper()):
        raise ValueError("a time is written as text with date, time of day and offset")
    return value


def _stored_precision(moment: datetime) -> datetime:
    """UTC to the millisecond: what the store keeps, so that a repeat is recognised as one."""
    moment = moment.astimezone(UTC)
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)


def _one_line(text: str) -> str:
    if not text.isprintable() or text != text.strip():
        raise ValueError("the text has blanks around it, a line break or a control character")
    return text


class Location(BaseModel):
    """Where a device stands, WGS 84, in degrees."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    latitude: float = Field(ge=-90, le=90, allow_inf_nan=False)
    longitude: float = Field(ge=-180, le=180, allow_inf_nan=False)


_LOCATION_SCHEMA = {
    "type": ["object", "null"],
    "required": ["latitude", "longitude"],
    "properties": {
        "latitude": {"type": "number", "minimum": -90, "maximum": 90},
        "longitude": {"type": "number", "minimum": -180, "maximum": 180},
    },
}


class Reading(BaseModel):
    """One reading as a device sends it. A null value is a reported gap, never zero."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    device: Annotated[str, StringConstraints(pattern=DEVICE, max_length=64)]
    observed_property: Annotated[str, StringConstraints(pattern=PROPERTY, max_length=64)]
    unit: Annotated[str, StringConstraints(min_length=1, max_length=32), AfterValidator(_one_line)]
    time: Annotated[AwareDatetime, BeforeValidator(written_out), AfterValidator(_stored_precision)]
    value: Decimal | None = Field(max_digits=MOST_DIGITS, ge=-LARGEST_VALUE, le=LARGEST_VALUE)
    device_name: Annotated[str, StringConstraints(min_length=1, max_length=200), AfterValidator(_one_line)] | None = (
        None
    )
    location: Annotated[Location | None, WithJsonSchema(_LOCATION_SCHEMA)] = None

    @property
    def series_id(self) -> str:
        return series_id(self.device, self.observed_property)


@dataclass(frozen=True, slots=True)
class Batch:
    """Readings in the order they were sent; `listed` when they came as a list, which is how a place is named."""

    readings: tuple[Reading, ...]
    listed: bool

    def place(self, index: int, field: str) -> str:
        return place(index, field, listed=self.listed)


def place(index: int, field: str, *, listed: bool) -> str:
    """Where something is wrong: `[3].time` in a list, `time` in a single reading."""
    if not listed:
        return field or "body"
    return f"[{index}].{field}" if field else f"[{index}]"


def parse(payload: Any, *, now: datetime, device: str | None = None) -> Batch:
    """One reading (an object) or up to 1,000 of them (a list), as decoded JSON.

    `device` is who sent it, where the channel says so; a reading may then leave its device out.
    Raises Refused naming every defect of every reading.
    """
    listed = isinstance(payload, list)
    items = payload if listed else [payload]
    if not 1 <= len(items) <= MOST_READINGS:
        mend = f"send between 1 and {MOST_READINGS} readings at a time"
        raise Refused([Defect("body", f"the list holds {len(items)} readings", mend)])
    readings: list[Reading] = []
    defects: list[Defect] = []
    for index, item in enumerate(items):
        try:
            readings.append(_reading(item, now, device))
        except Refused as refused:
            defects += (
                Defect(place(index, defect.field, listed=listed), defect.message, defect.mend)
                for defect in refused.defects
            )
    if defects:
        raise Refused(defects)
    return Batch(tuple(readings), listed)


def _reading(item: Any, now: datetime, device: str | None) -> Reading:
    if not isinstance(item, dict):
        raise Refused(
            [Defect("", "this is no reading", "send an object with device, observed_property, unit, time, value")]
        )
    if device is not None:
        item = {"device": device, **item}
    try:
        reading = Reading.model_validate(item)
    except ValidationError as error:
        raise Refused([_defect(problem) for problem in error.errors()]) from None
    defects = [*_wrong_sender(reading, device), *_wrong_time(reading, now)]
    if defects:
        raise Refused(defects)
    return reading


def _wrong_sender(reading: Reading, device: str | None) -> list[Defect]:
    if device is None or reading.device == device:
        return []
    message = f"{device} sent a reading of {reading.device}"
    return [Defect("device", message, "publish to the subject of the device that measured, or leave device out")]


def _wrong_time(reading: Reading, now: datetime) -> list[Defect]:
    if reading.time > now + FASTEST_CLOCK:
        message = f"{reading.time.isoformat()} is in the future; here it is {now.isoformat(timespec='seconds')}"
        return [Defect("time", message, "set the clock of the device, and check the offset it writes")]
    if reading.time < EARLIEST:
        return [Defect("time", f"{reading.time.isoformat()} is before the year 2000", "set the clock of the device")]
    return []


def _defect(problem: Any) -> Defect:
    field = ".".join(str(part) for part in problem["loc"])
    known = str(problem["loc"][0]) if problem["loc"] else ""
    if problem["type"] == "missing":
        return Defect(field, "is missing", f"add {field}: {_MENDS.get(known, 'it is required')}")
    if problem["type"] == "extra_forbidden":
        return Defect(field, "is not a field of a reading", f"leave {field} out, or check its spelling")
    message = str(problem["msg"]).removeprefix("Value error, ")
    return Defect(field, message[:1].lower() + message[1:], _MENDS[known])
