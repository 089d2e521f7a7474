"""What the list of won projects says at a glance: how many, and the rate the EU usually paid."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from statistics import median


@dataclass(frozen=True, slots=True)
class Glance:
    """`usual_rate` is the median of the `rated` projects whose cost and EU money are both known."""

    projects: int
    rated: int
    usual_rate: Decimal | None


def glance(rates: Sequence[Decimal | None]) -> Glance:
    known = [rate for rate in rates if rate is not None]
    return Glance(len(rates), len(known), median(known) if known else None)
