"""What one measurement found, and whether it is what was aimed at."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

Size = Literal["quick", "normal", "full"]


@dataclass(frozen=True, slots=True)
class Aim:
    """A bound on the figure itself (`of="ours"`, in its unit) or on its ratio to the bare one."""

    of: Literal["ours", "ratio"]
    at_least: float | None = None
    at_most: float | None = None

    def __str__(self) -> str:
        bounds = (("≥", self.at_least), ("≤", self.at_most))
        words = " ".join(f"{sign} {number(bound)}" for sign, bound in bounds if bound is not None)
        return f"ratio {words}" if self.of == "ratio" else words


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of the result. `bare` and `ratio` are None where there is nothing to compare with."""

    name: str
    unit: str
    ours: float
    bare: float | None = None
    ratio: float | None = None
    aims: Sequence[Aim] = ()

    def met(self, aim: Aim) -> bool:
        """Raises ValueError for an aim on a ratio that was not measured."""
        value = self.ours if aim.of == "ours" else self.ratio
        if value is None:
            raise ValueError(f"{self.name}: the aim {aim} needs a bare figure to compare with")
        return (aim.at_least is None or value >= aim.at_least) and (aim.at_most is None or value <= aim.at_most)


def number(value: float) -> str:
    """Three significant digits, thousands grouped: `12,300`, `0.47`."""
    if abs(value) >= 100:
        return f"{float(f'{value:.3g}'):,.0f}"
    return f"{value:.3g}"
