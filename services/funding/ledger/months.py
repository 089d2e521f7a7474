"""Calendar months as plain values, for plans that run month by month."""

from __future__ import annotations

import calendar
from datetime import date, timedelta
from typing import NamedTuple

from contracts.values import PartialDate


class Month(NamedTuple):
    """A calendar month; months compare and sort by time."""

    year: int
    month: int

    def plus(self, months: int) -> Month:
        years, month = divmod(self.month - 1 + months, 12)
        return Month(self.year + years, month + 1)

    def last_day(self) -> date:
        return date(self.year, self.month, calendar.monthrange(self.year, self.month)[1])

    def since(self, earlier: Month) -> int:
        """Whole months from `earlier` to this one."""
        return (self.year - earlier.year) * 12 + self.month - earlier.month

    @property
    def text(self) -> str:
        return f"{self.year}-{self.month:02}"

    @property
    def as_date(self) -> PartialDate:
        return PartialDate(value=self.text)


def month_of(day: date) -> Month:
    return Month(day.year, day.month)


def months_later(day: date, months: int) -> date:
    """The same day `months` later, or the last of a shorter month."""
    target = month_of(day).plus(months)
    return date(target.year, target.month, min(day.day, target.last_day().day))


def days_later(day: date, days: int) -> date:
    return day + timedelta(days=days)
