"""How often something reports, learnt from its own reports, and how long it may be quiet before that is a silence."""

from __future__ import annotations

from datetime import timedelta
from typing import Final, Literal, Self

from pydantic import BaseModel

Basis = Literal["declared", "learnt"]

MISSED: Final = 3
"""So many reports in a row must be missing: over LoRaWAN or a phone network single ones get lost."""
ENOUGH: Final = 8
"""Gaps that must have been seen before anything is concluded from them."""
LEAST_QUIET: Final = timedelta(minutes=10)
"""No learnt rhythm makes a shorter pause a silence: networks hiccup."""


class Rhythm(BaseModel):
    """The typical gap between two reports and how far gaps stray from it, in seconds, smoothed.

    The estimator of RFC 6298 (there for the round trips of TCP): with a new gap g,
    deviation = 3/4 deviation + 1/4 |typical - g|, then typical = 7/8 typical + 1/8 g.
    """

    typical: float
    deviation: float
    gaps: int = 1

    @classmethod
    def begun_by(cls, gap: timedelta) -> Self:
        seconds = gap.total_seconds()
        return cls(typical=seconds, deviation=seconds / 2)

    def after(self, gap: timedelta) -> Self:
        """A gap that was longer than a silence counts as one that was just not: an outage is no rhythm."""
        seconds = gap.total_seconds()
        if self.gaps >= ENOUGH:
            seconds = min(seconds, self.quiet_seconds)
        return self.model_copy(
            update={
                "deviation": 0.75 * self.deviation + 0.25 * abs(self.typical - seconds),
                "typical": 0.875 * self.typical + 0.125 * seconds,
                "gaps": self.gaps + 1,
            }
        )

    @property
    def quiet_seconds(self) -> float:
        return max(MISSED * self.typical, self.typical + 4 * self.deviation, LEAST_QUIET.total_seconds())


class Expectation(BaseModel):
    """How often a device is expected to report, where that is known from, and from when on it is silent."""

    every: timedelta
    quiet: timedelta
    basis: Basis

    @classmethod
    def declared(cls, every: timedelta) -> Self:
        return cls(every=every, quiet=MISSED * every, basis="declared")


def expectation(declared: timedelta | None, rhythms: list[Rhythm]) -> Expectation | None:
    """What a person declared, else the quickest of the rhythms of its series; None while neither is known."""
    if declared is not None:
        return Expectation.declared(declared)
    known = [rhythm for rhythm in rhythms if rhythm.gaps >= ENOUGH]
    if not known:
        return None
    quickest = min(known, key=lambda rhythm: rhythm.quiet_seconds)
    every = timedelta(seconds=max(round(quickest.typical), 1))
    return Expectation(every=every, quiet=timedelta(seconds=round(quickest.quiet_seconds)), basis="learnt")
