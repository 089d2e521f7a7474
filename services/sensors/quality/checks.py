"""The checks of one series: what somebody set, and what no value of a unit can be."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal
from typing import Annotated, Final, Self

from pydantic import BaseModel, Field, model_validator

from contracts.sensors import Observation, Quality
from services.sensors.quality.qartod import Flag, Method, Span, aggregate, flat_line, gross_range, spike, within

Size = Annotated[Decimal, Field(max_digits=34, ge=-(10**12), le=10**12)]
Positive = Annotated[Decimal, Field(max_digits=34, gt=0, le=10**12)]
Minutes = Annotated[int, Field(ge=1, le=60 * 24 * 31)]

QUALITY: Final[dict[Flag, Quality]] = {
    Flag.GOOD: "pass",
    Flag.UNKNOWN: "not_evaluated",
    Flag.SUSPECT: "suspect",
    Flag.FAIL: "fail",
    Flag.MISSING: "missing",
}
# Physics, not opinion: there is no less than none, no more than all, and nothing colder than absolute zero.
_POSSIBLE: Final[dict[str, Span]] = {
    "ug/m3": (0, None),
    "mg/m3": (0, None),
    "ppm": (0, None),
    "%RH": (0, 100),
    "hPa": (0, None),
    "Pa": (0, None),
    "K": (0, None),
    "Cel": (-273.15, None),
}


class Checks(BaseModel):
    """Parameters of QARTOD's tests, in the series' unit; a test whose parameters are null is not made."""

    fail_low: Size | None = None
    fail_high: Size | None = None
    suspect_low: Size | None = None
    suspect_high: Size | None = None
    spike_suspect: Positive | None = None
    spike_fail: Positive | None = None
    spike_method: Method = "differential"
    flat_suspect_minutes: Minutes | None = None
    flat_fail_minutes: Minutes | None = None
    flat_tolerance: Positive | None = Field(default=None, description="Values that range over less are flat.")

    @model_validator(mode="after")
    def _make_sense(self) -> Self:
        bounds = [self.fail_low, self.suspect_low, self.suspect_high, self.fail_high]
        known = [bound for bound in bounds if bound is not None]
        if known != sorted(known):
            raise ValueError("the bounds go from fail_low over suspect_low and suspect_high to fail_high")
        if (self.flat_suspect_minutes or self.flat_fail_minutes) and self.flat_tolerance is None:
            raise ValueError("say with flat_tolerance what counts as flat")
        return self

    @property
    def range(self) -> bool:
        return any(each is not None for each in (self.fail_low, self.fail_high, self.suspect_low, self.suspect_high))

    @property
    def spikes(self) -> bool:
        return self.spike_suspect is not None or self.spike_fail is not None

    @property
    def flat(self) -> timedelta:
        """How far back the longest flat line reaches; zero where nobody asks for it."""
        return timedelta(minutes=max(self.flat_suspect_minutes or 0, self.flat_fail_minutes or 0))

    @property
    def looks_around(self) -> bool:
        return self.spikes or bool(self.flat)


class StoredChecks(Checks):
    """Checks as they are stored, with who set them and how often they were changed."""

    set_by: str
    revision: int = 1


def judged(points: Sequence[Observation], unit: str, checks: Checks | None) -> list[Observation]:
    """The same points, oldest first, each with its quality and the tests it did not pass."""
    if checks is None:
        return [_possible(point, _POSSIBLE[unit]) for point in points] if unit in _POSSIBLE else list(points)
    verdicts = _verdicts(points, unit, checks)
    return [
        _flagged(point, {name: flags[index] for name, flags in verdicts.items()}) for index, point in enumerate(points)
    ]


def _possible(point: Observation, span: Span) -> Observation:
    """The way of most readings: nobody set a check, so a value has only to be one that can be."""
    if point.value is None or within(float(point.value), span):
        return point
    return point.model_copy(update={"quality": "fail", "failed": ["impossible"]})


def _verdicts(points: Sequence[Observation], unit: str, checks: Checks) -> dict[str, list[Flag]]:
    values = [None if point.value is None else float(point.value) for point in points]
    found: dict[str, list[Flag]] = {}
    if checks.range:
        fail, suspect = _span(checks.fail_low, checks.fail_high), _span(checks.suspect_low, checks.suspect_high)
        found["gross_range"] = gross_range(values, fail, suspect)
    elif unit in _POSSIBLE:
        # that a value is possible does not make it good
        found["impossible"] = [_weakened(flag) for flag in gross_range(values, _POSSIBLE[unit])]
    if checks.spikes:
        suspect_from, fail_from = _float(checks.spike_suspect), _float(checks.spike_fail)
        found["spike"] = spike(values, suspect_from, fail_from, checks.spike_method)
    if checks.flat:
        seconds = [point.time.timestamp() for point in points]
        suspect_after, fail_after = (60 * each if each else None for each in _flat_minutes(checks))
        found["flat_line"] = flat_line(seconds, values, suspect_after, fail_after, float(checks.flat_tolerance or 0))
    return found


def _flagged(point: Observation, flags: dict[str, Flag]) -> Observation:
    quality = QUALITY[aggregate(list(flags.values()))] if flags else point.quality
    failed = [name for name, flag in flags.items() if flag in (Flag.SUSPECT, Flag.FAIL)]
    if quality == point.quality and failed == point.failed:
        return point
    return point.model_copy(update={"quality": quality, "failed": failed})


def _weakened(flag: Flag) -> Flag:
    return Flag.UNKNOWN if flag is Flag.GOOD else flag


def _flat_minutes(checks: Checks) -> tuple[int | None, int | None]:
    return checks.flat_suspect_minutes, checks.flat_fail_minutes


def _float(value: Decimal | None) -> float | None:
    return None if value is None else float(value)


def _span(low: Decimal | None, high: Decimal | None) -> Span:
    return _float(low), _float(high)
