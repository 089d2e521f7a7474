"""Quarters of the year, in which the plan wants its funding strategy revised."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta


@dataclass(frozen=True, slots=True, order=True)
class Quarter:
    """One quarter: `Quarter(2026, 4)` is `2026-Q4`, October to December."""

    year: int
    number: int

    @classmethod
    def of(cls, day: date) -> Quarter:
        return cls(day.year, (day.month - 1) // 3 + 1)

    @classmethod
    def read(cls, code: str) -> Quarter:
        """Raises ValueError for what is no `2026-Q4`."""
        year, _, number = code.partition("-Q")
        quarter = cls(int(year), int(number))
        if quarter.code != code or not 1 <= quarter.number <= 4:
            raise ValueError(f"{code!r} is no quarter such as 2026-Q4")
        return quarter

    @property
    def code(self) -> str:
        return f"{self.year}-Q{self.number}"

    def first_day(self) -> date:
        return date(self.year, self.number * 3 - 2, 1)

    def last_day(self) -> date:
        return self.following().first_day() - timedelta(days=1)

    def following(self) -> Quarter:
        return Quarter(self.year + self.number // 4, self.number % 4 + 1)


def due_on(last: Quarter | None, today: date) -> date:
    """The day by which the next revision is due: the end of the quarter after the `last` one that was revised."""
    return (last.following() if last else Quarter.of(today)).last_day()
