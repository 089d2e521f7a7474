"""Three tests of QARTOD, the quality checks of the US ocean observing system (IOOS), as its `ioos_qc` defines them.

Each takes a whole stretch of a series, oldest first, None for a missing value, and gives one flag for each point.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import IntEnum
from itertools import pairwise
from statistics import median
from typing import Final, Literal

Method = Literal["average", "differential"]


class Flag(IntEnum):
    """The verdicts, by QARTOD's own numbers."""

    GOOD = 1
    UNKNOWN = 2
    SUSPECT = 3
    FAIL = 4
    MISSING = 9


_PRECEDENCE: Final = (Flag.MISSING, Flag.UNKNOWN, Flag.GOOD, Flag.SUSPECT, Flag.FAIL)


def aggregate(flags: Sequence[Flag]) -> Flag:
    """The verdict of several tests on one point: the gravest; one that says nothing gives way to one that does."""
    return max(flags, key=_PRECEDENCE.index, default=Flag.UNKNOWN)


Span = tuple[float | None, float | None]


def gross_range(values: Sequence[float | None], fail: Span, suspect: Span = (None, None)) -> list[Flag]:
    """Outside `fail` a value fails, outside `suspect` it is suspect. Bounds belong to the span; None is no bound."""

    def flag(value: float | None) -> Flag:
        if value is None:
            return Flag.MISSING
        if not within(value, fail):
            return Flag.FAIL
        return Flag.GOOD if within(value, suspect) else Flag.SUSPECT

    return [flag(value) for value in values]


def within(value: float, span: Span) -> bool:
    """Whether a value lies in a span; its bounds belong to it."""
    low, high = span
    return (low is None or value >= low) and (high is None or value <= high)


def spike(
    values: Sequence[float | None], suspect: float | None, fail: float | None, method: Method = "average"
) -> list[Flag]:
    """Whether a point stands out from both its neighbours by strictly more than a threshold; None or 0 is none.

    average: |x[n] - (x[n-1] + x[n+1]) / 2|. differential: the smaller of both steps, where they have opposite signs.
    The first, the last and whoever misses a neighbour are not evaluated.
    """
    padded = [None, *values, None]
    return [
        _spike(before, value, after, suspect, fail, method)
        for before, value, after in zip(padded, values, padded[2:], strict=False)
    ]


def _spike(
    before: float | None,
    value: float | None,
    after: float | None,
    suspect: float | None,
    fail: float | None,
    method: Method,
) -> Flag:
    if value is None:
        return Flag.MISSING
    if before is None or after is None:
        return Flag.UNKNOWN
    if method == "average":
        height = abs(value - (before + after) / 2)
    else:
        up, down = value - before, after - value
        height = min(abs(up), abs(down)) if up * down < 0 else 0
    if fail and height > fail:
        return Flag.FAIL
    return Flag.SUSPECT if suspect and height > suspect else Flag.GOOD


def flat_line(
    seconds: Sequence[float],
    values: Sequence[float | None],
    suspect: float | None,
    fail: float | None,
    tolerance: float,
) -> list[Flag]:
    """Whether values have stayed within `tolerance` for as long as a threshold, in seconds; None or 0 is none.

    A threshold is int(threshold / median step) steps long; the points of that many steps, missing ones left out, must
    range over less than `tolerance`. Before that many points have come, and with fewer than three, nothing is flat.
    """
    flags = [Flag.MISSING if value is None else Flag.GOOD for value in values]
    if len(values) < 3:
        return flags
    step = median(later - earlier for earlier, later in pairwise(seconds))
    for threshold, flag in ((suspect, Flag.SUSPECT), (fail, Flag.FAIL)):
        if not threshold or step <= 0:
            continue
        count = int(threshold / step)
        for end in range(count, len(values)):
            known = [value for value in values[end - count : end + 1] if value is not None]
            if values[end] is not None and max(known) - min(known) < tolerance:
                flags[end] = flag
    return flags
