"""When readings that fail their checks mean that a device malfunctions, and when that is over."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import Final

from pydantic import BaseModel

from contracts.sensors import Observation

NEWEST: Final = 6
MANY: Final = 3
"""One bad reading is an accident: it takes so many among the newest. A flat line is long already, so one is enough."""


class Trouble(BaseModel):
    """A malfunction that was told: which series, which test, and since which reading."""

    series_id: str
    reason: str
    since: datetime


class Malfunction(BaseModel):
    """What the newest readings of a series show."""

    reason: str
    evidence: list[Observation]

    @property
    def since(self) -> datetime:
        return self.evidence[0].time


def malfunction_of(recent: Sequence[Observation]) -> Malfunction | None:
    """`recent`: the newest readings, oldest first. Many of the newest fail, or the newest ends a flat line."""
    newest = recent[-NEWEST:]
    bad = [one for one in newest if one.quality == "fail"]
    flat = bool(newest) and newest[-1].quality == "fail" and "flat_line" in newest[-1].failed
    if not flat and len(bad) < MANY:
        return None
    tests = Counter(name for one in bad for name in one.failed)
    return Malfunction(reason="flat_line" if flat else tests.most_common(1)[0][0], evidence=bad)


def is_over(recent: Sequence[Observation]) -> bool:
    """Whether as many readings have come since that none of the newest fails."""
    newest = recent[-NEWEST:]
    return len(newest) == NEWEST and all(one.quality not in ("fail", "missing") for one in newest)
