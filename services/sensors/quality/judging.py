"""New readings judged together with what is stored around them, whose verdicts they may change."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from contracts.sensors import Observation
from services.sensors.quality.checks import Checks, judged


@dataclass(frozen=True, slots=True)
class Verdict:
    """`fresh`: the new readings with their quality; `corrected`: stored ones whose quality is another now.

    Both oldest first.
    """

    fresh: list[Observation]
    corrected: list[Observation]

    def over(self, known: Sequence[Observation]) -> list[Observation]:
        """These and `known` readings as they stand now, oldest first."""
        return _by_time([*known, *self.corrected, *self.fresh])


def judge(
    fresh: Sequence[Observation], around: Sequence[Observation] | None, unit: str, checks: Checks | None
) -> Verdict:
    """`around`: stored readings from before the first to after the last; None where there are too many to look at,
    and the new ones are judged by their values alone.

    A reading is a spike by its neighbours, so a new one decides about those it comes between, once they have
    neighbours on both sides here.
    """
    if not around:
        alone = checks if around is not None or checks is None else _by_value(checks)
        return Verdict(judged(fresh, unit, alone), [])
    new = {one.time for one in fresh}
    points = _by_time([*around, *fresh])
    verdicts = judged(points, unit, checks)
    corrected = [
        verdicts[index]
        for index in range(1, len(points) - 1)
        if points[index].time not in new
        and not new.isdisjoint((points[index - 1].time, points[index + 1].time))
        and verdicts[index] != points[index]
    ]
    return Verdict([one for one in verdicts if one.time in new], corrected)


def _by_value(checks: Checks) -> Checks:
    return Checks(**checks.model_dump(include={"fail_low", "fail_high", "suspect_low", "suspect_high"}))


def _by_time(observations: Sequence[Observation]) -> list[Observation]:
    """Oldest first; of several of one time the last that is given."""
    found = {one.time: one for one in observations}
    return [found[time] for time in sorted(found)]
