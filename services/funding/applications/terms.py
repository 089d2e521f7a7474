"""What an application takes from its call: its dates above all, as they stand now."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol, Self

from pydantic import AwareDatetime

from contracts.funding import deadline_to_meet
from contracts.values import Code, Value


class Date(Value):
    """One date of the call. Kinds are those of `contracts.funding.Deadline`."""

    at: AwareDatetime
    kind: Code = "single"


class Dated(Protocol):
    """A date of the call as far as an application needs it."""

    @property
    def at(self) -> datetime: ...
    @property
    def kind(self) -> str: ...


class Terms(Value):
    """A call's dates and standing. Two-stage is a call that names stages."""

    title: str
    status: Code = "unknown"
    dates: list[Date] = []
    until_funds_run_out: bool = False

    @classmethod
    def of(cls, title: str, status: str, dates: Sequence[Dated], *, until_funds_run_out: bool) -> Self:
        known = [Date(at=each.at, kind=each.kind) for each in sorted(dates, key=lambda each: each.at)]
        return cls(title=title, status=status, dates=known, until_funds_run_out=until_funds_run_out)

    @property
    def two_stage(self) -> bool:
        return any(date.kind == "stage" for date in self.dates)

    def deadline(self, step: int | None, now: datetime) -> datetime | None:
        """When `step` must be submitted by; before a step is begun, the first that is still to come."""
        if not self.two_stage:
            date = deadline_to_meet(self.dates, now)
            return date.at if date else None
        stages = [date.at for date in self.dates if date.kind == "stage"]
        return stages[0] if step != 2 else (stages[1] if len(stages) > 1 else None)
