"""Where the marks of a small chart go: positions in percent, so that text keeps its size on every screen."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from contracts.values import Money, PartialDate

Number = Decimal | float
SERIES_SHAPES = ("●", "■", "▲", "◆")
MOST_AXIS_LABELS = 5

_LEFT, _RIGHT = 7.0, 97.0
_TOP, _BOTTOM = 14.0, 86.0
_LABEL_GAP = 9.0


@dataclass(frozen=True, slots=True)
class Series:
    """One line of a chart; None where there is no value, which leaves a gap and is never drawn as 0."""

    name: str
    values: tuple[Number | None, ...]


@dataclass(frozen=True, slots=True)
class Mark:
    """One value at a place, in percent of the drawing."""

    x: float
    y: float
    label: str
    value: Number


@dataclass(frozen=True, slots=True)
class Line:
    """A drawn series: its marks, the segments between neighbours, and where its name stands (None without data)."""

    name: str
    shape: str
    marks: tuple[Mark, ...]
    segments: tuple[tuple[Mark, Mark], ...]
    name_y: float | None


@dataclass(frozen=True, slots=True)
class LinePlot:
    """A drawn line chart: `ticks` are (value, y), `labels` are (text, x)."""

    lines: tuple[Line, ...]
    ticks: tuple[tuple[Number, float], ...]
    labels: tuple[tuple[str, float], ...]


@dataclass(frozen=True, slots=True)
class Summary:
    """What a sentence about a series needs; each entry is (label, value)."""

    first: tuple[str, Number]
    last: tuple[str, Number]
    highest: tuple[str, Number]
    lowest: tuple[str, Number]


@dataclass(frozen=True, slots=True)
class MoneyParts:
    """Shares of an estimated cost: widths in percent that add up to 100, and the amounts they stand for."""

    committed: Money
    applied: Money
    open: Money
    over: Money | None
    committed_width: float
    applied_width: float
    open_width: float


def line_plot(labels: Sequence[str], series: Sequence[Series]) -> LinePlot:
    """Lay out one to four series over `labels`, oldest first. ValueError when lengths differ or there are more."""
    if not 1 <= len(series) <= len(SERIES_SHAPES):
        raise ValueError(
            f"a line chart takes 1 to {len(SERIES_SHAPES)} series, not {len(series)}: show fewer, or a table"
        )
    for one in series:
        if len(one.values) != len(labels):
            raise ValueError(f"series {one.name!r} has {len(one.values)} values for {len(labels)} labels")
    ticks = nice_ticks([float(value) for one in series for value in one.values if value is not None])
    xs = _spread(len(labels))
    lines = [_line(one, shape, labels, xs, ticks) for one, shape in zip(series, SERIES_SHAPES, strict=False)]
    return LinePlot(
        lines=tuple(_with_free_names(lines)),
        ticks=tuple((tick, _height(tick, ticks)) for tick in ticks),
        labels=tuple(_thinned([(label, x) for label, x in zip(labels, xs, strict=True)])),
    )


def spark(values: Sequence[Number | None]) -> Line:
    """The trend beside a figure: the last 12 values, without axes."""
    recent = tuple(values[-12:])
    known = [float(value) for value in recent if value is not None]
    bounds = (min(known), max(known)) if known else (0.0, 0.0)
    return _line(Series("", recent), SERIES_SHAPES[0], [""] * len(recent), _spread(len(recent), left=1), bounds)


def bar_widths(values: Sequence[Number | None]) -> list[float | None]:
    """Widths in percent of the largest value; None stays None. Bars start at zero, so negatives are refused."""
    known = [float(value) for value in values if value is not None]
    if any(value < 0 for value in known):
        raise ValueError("a bar starts at zero and cannot show a negative value: use a table")
    largest = max(known, default=0.0)
    return [None if value is None else _share(float(value), largest) for value in values]


def summary(labels: Sequence[str], values: Sequence[Number | None]) -> Summary | None:
    """First, last, highest and lowest known value; None when nothing is known."""
    known = [(label, value) for label, value in zip(labels, values, strict=True) if value is not None]
    if not known:
        return None
    return Summary(
        first=known[0],
        last=known[-1],
        highest=max(known, key=lambda entry: entry[1]),
        lowest=min(known, key=lambda entry: entry[1]),
    )


def money_parts(estimated: Money, committed: Money | None, applied: Money | None) -> MoneyParts:
    """How far an estimated cost is covered. `over` is what goes beyond the estimate, None when nothing does."""
    nothing = Money(amount=Decimal(0), currency=estimated.currency)
    committed, applied = committed or nothing, applied or nothing
    rest = estimated - committed - applied
    over = nothing - rest if rest.amount < 0 else None
    whole = float(max(estimated.amount, (committed + applied).amount))
    committed_width = _share(float(committed.amount), whole)
    applied_width = _share(float(applied.amount), whole)
    return MoneyParts(
        committed=committed,
        applied=applied,
        open=nothing if over else rest,
        over=over,
        committed_width=committed_width,
        applied_width=applied_width,
        open_width=round(100 - committed_width - applied_width, 2),
    )


def span(start: date | PartialDate, end: date | PartialDate, first: int, last: int) -> tuple[float, float]:
    """Left edge and width, in percent, of a period drawn on a strip from year `first` to the end of year `last`."""
    begin = start.first_day() if isinstance(start, PartialDate) else start
    finish = end.last_day() if isinstance(end, PartialDate) else end
    zero, whole = date(first, 1, 1), (date(last + 1, 1, 1) - date(first, 1, 1)).days
    left = min(max((begin - zero).days / whole, 0), 1)
    right = min(max(((finish - zero).days + 1) / whole, left), 1)
    return round(left * 100, 2), round((right - left) * 100, 2)


def nice_ticks(values: Sequence[float], wanted: int = 4) -> tuple[float, ...]:
    """Round axis values (1, 2 or 5 times a power of ten) that enclose `values`.

    The axis starts at zero unless the values lie far above it.
    """
    low, high = min(values, default=0.0), max(values, default=1.0)
    if 0 <= low < high / 2 or low == high >= 0:
        low = 0.0
    step = _nice_step((high - low) / wanted or 1.0)
    start = math.floor(low / step)
    stop = max(math.ceil(high / step), start + 1)
    return tuple(round(step * count, 10) for count in range(start, stop + 1))


def _nice_step(rough: float) -> float:
    magnitude = 10.0 ** math.floor(math.log10(rough))
    return next((factor * magnitude for factor in (1, 2, 5) if rough <= factor * magnitude), 10 * magnitude)


def _line(series: Series, shape: str, labels: Sequence[str], xs: Sequence[float], bounds: Sequence[float]) -> Line:
    marks = [
        None if value is None else Mark(x, _height(float(value), bounds), label, value)
        for label, x, value in zip(labels, xs, series.values, strict=True)
    ]
    known = tuple(mark for mark in marks if mark is not None)
    segments = tuple((a, b) for a, b in itertools.pairwise(marks) if a is not None and b is not None)
    return Line(series.name, shape, known, segments, known[-1].y - 5 if known else None)


def _with_free_names(lines: Sequence[Line]) -> list[Line]:
    """Push names apart that would stand on each other, downwards from the top."""
    placed: dict[str, float] = {}
    lowest = -_LABEL_GAP
    for line in sorted(lines, key=lambda line: line.name_y or 0):
        if line.name_y is not None:
            lowest = max(line.name_y, lowest + _LABEL_GAP)
            placed[line.name] = lowest
    return [Line(line.name, line.shape, line.marks, line.segments, placed.get(line.name)) for line in lines]


def _thinned(labels: list[tuple[str, float]]) -> list[tuple[str, float]]:
    step = math.ceil(len(labels) / MOST_AXIS_LABELS) or 1
    return labels[::-1][::step][::-1]


def _spread(count: int, left: float = _LEFT) -> list[float]:
    if count == 1:
        return [(left + _RIGHT) / 2]
    return [round(left + (_RIGHT - left) * index / (count - 1), 2) for index in range(count)]


def _height(value: Number, bounds: Sequence[float]) -> float:
    low, high = bounds[0], bounds[-1]
    share = (float(value) - low) / (high - low) if high > low else 0.5
    return round(_BOTTOM - (_BOTTOM - _TOP) * share, 2)


def _share(value: float, whole: float) -> float:
    return round(100 * value / whole, 2) if whole else 0.0
