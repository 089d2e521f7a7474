"""Ours and bare in turns, so that both meet the same weather; medians, so that one gust does not count."""

from __future__ import annotations

import math
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from statistics import median

from bench.figure import Aim, Figure

Measurement = Callable[[], Awaitable[float]]


@dataclass(frozen=True, slots=True)
class Pairs:
    """The same thing measured both ways, round by round."""

    ours: list[float]
    bare: list[float]

    @property
    def ratio(self) -> float:
        """Median of each round's own ratio: neighbours in time are compared, not the best with the worst."""
        return median(ours / bare for ours, bare in zip(self.ours, self.bare, strict=True))

    def figure(self, name: str, unit: str, *aims: Aim) -> Figure:
        return Figure(name, unit, median(self.ours), median(self.bare), self.ratio, aims)


async def in_turns(ours: Measurement, bare: Measurement, rounds: int) -> Pairs:
    """One round of each to warm up, which does not count, then `rounds` of both."""
    await ours()
    await bare()
    pairs = Pairs([], [])
    for _ in range(rounds):
        pairs.ours.append(await ours())
        pairs.bare.append(await bare())
    return pairs


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest value that at least `share` (0 to 1) of them do not exceed. Raises ValueError without values."""
    if not values:
        raise ValueError("no values to take a percentile of")
    return sorted(values)[max(math.ceil(share * len(values)), 1) - 1]
