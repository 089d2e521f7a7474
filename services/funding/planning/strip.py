"""Where the steps of a plan lie on a strip from its first day to its last, in percent of the width."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from services.funding.planning.plan import Plan


@dataclass(frozen=True, slots=True)
class Strip:
    """Bars by step code as (left, width), the first days of months, and today; all in percent."""

    first: date
    last: date
    bars: dict[str, tuple[float, float]]
    months: tuple[float, ...]
    today: float


def strip_of(plan: Plan) -> Strip | None:
    """None where no step of the plan has days."""
    spans = {
        step.code: (step.latest_start, step.latest_finish)
        for step in plan.steps
        if step.latest_start is not None and step.latest_finish is not None
    }
    if not spans:
        return None
    first = min(plan.today, *(start for start, _ in spans.values()))
    last = max(plan.today, *(finish for _, finish in spans.values()))
    whole = (last - first).days + 1

    def at(day: date) -> float:
        return round(100 * (day - first).days / whole, 2)

    bars = {}
    for code, (start, finish) in spans.items():
        bars[code] = at(start), round(at(finish + timedelta(days=1)) - at(start), 2)
    return Strip(first, last, bars, tuple(at(day) for day in _months(first, last)), at(plan.today))


def _months(first: date, last: date) -> Iterator[date]:
    year, month = first.year + first.month // 12, first.month % 12 + 1
    while date(year, month, 1) <= last:
        yield date(year, month, 1)
        year, month = year + month // 12, month % 12 + 1
