"""Thresholds as the API shows them."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Annotated

from pydantic import BaseModel, PlainSerializer

from services.sensors.thresholds.threshold import Direction, Threshold

Number = Annotated[Decimal, PlainSerializer(float, return_type=float, when_used="json")]


class ExceedanceView(BaseModel):
    """Since when the limit is exceeded, the reading by which that counts, and the farthest one."""

    since: datetime
    measured_at: datetime
    value: Number
    extreme: Number


class ThresholdView(BaseModel):
    """One threshold of a series. `exceeded` is null while the limit is not exceeded; `version` is for If-Match."""

    id: str
    name: str
    direction: Direction
    limit: Number
    hysteresis: Number
    readings: int
    minutes: int
    set_by: str
    exceeded: ExceedanceView | None
    version: int

    @classmethod
    def of(cls, threshold: Threshold) -> ThresholdView:
        held = threshold.exceedance
        exceeded = held and ExceedanceView(
            since=held.since, measured_at=held.at, value=held.value, extreme=held.extreme
        )
        rule = threshold.model_dump(include=set(cls.model_fields) - {"exceeded", "version"})
        return cls(**rule, exceeded=exceeded, version=threshold.revision)


class ThresholdsView(BaseModel):
    """All thresholds of one series; there are at most ten."""

    items: list[ThresholdView]
