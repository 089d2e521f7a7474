"""One limit on one series: what is beyond it, for how long before it counts, and when it is over."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Annotated, Final, Literal, Self

from pydantic import BaseModel, Field, StringConstraints

from contracts.sensors import Observation

Direction = Literal["above", "below"]
Size = Annotated[Decimal, Field(max_digits=34, ge=-(10**12), le=10**12)]

MOST_PER_SERIES: Final = 10
USABLE: Final = ("pass", "not_evaluated")
"""Qualities that a threshold looks at: what failed a check, or is suspect, says nothing of the air."""


class Rule(BaseModel):
    """What somebody wants to be told of.

    It counts once `readings` in a row lie beyond `limit` and span at least `minutes`. It is over at the first reading
    that is back by more than `hysteresis`, so that a value that wavers around the limit is not told again and again.
    """

    name: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100)]
    direction: Direction
    limit: Size
    hysteresis: Annotated[Size, Field(ge=0)] = Decimal(0)
    readings: int = Field(default=1, ge=1, le=1000)
    minutes: int = Field(default=0, ge=0, le=60 * 24 * 31)

    def beyond(self, value: Decimal) -> bool:
        return value > self.limit if self.direction == "above" else value < self.limit

    def back(self, value: Decimal) -> bool:
        """Whether a value ends an exceedance: at the limit itself only where there is no hysteresis."""
        if self.direction == "above":
            return value <= self.limit - self.hysteresis
        return value >= self.limit + self.hysteresis

    def worse(self, one: Decimal, other: Decimal) -> Decimal:
        return max(one, other) if self.direction == "above" else min(one, other)


class Run(BaseModel):
    """Readings beyond the limit, one after the other: the first's time, how many, the farthest, and the one before."""

    since: datetime
    readings: int
    extreme: Decimal
    before: Decimal | None


class Exceedance(BaseModel):
    """A run that counts. `value` was measured `at`, when it began to count; `extreme` is the farthest since."""

    since: datetime
    at: datetime
    value: Decimal
    readings: int
    extreme: Decimal
    before: Decimal | None


class Crossing(BaseModel):
    """The limit was crossed: out (`cleared_at` is null), or back with `value` measured at `cleared_at`."""

    exceedance: Exceedance
    cleared_at: datetime | None = None
    value: Decimal | None = None


class Threshold(Rule):
    """A rule, and how the series stands by it.

    `judged_to`: the newest time that was judged. What arrives late is older, and neither opens nor ends anything.
    """

    id: str
    set_by: str
    revision: int = 1
    judged_to: datetime | None = None
    within: Decimal | None = Field(default=None, description="The newest value that was not beyond the limit.")
    run: Run | None = None
    exceedance: Exceedance | None = None

    def begun(self, last: Observation | None) -> Self:
        """The threshold as it is set: it looks at what is measured after `last`."""
        if last is None:
            return self
        good = last.value is not None and last.quality in USABLE and not self.beyond(last.value)
        return self.model_copy(update={"judged_to": last.time, "within": last.value if good else None})

    def judge(self, observations: Sequence[Observation]) -> tuple[Self, list[Crossing]]:
        """The threshold after these observations, oldest first, and each time the limit was crossed."""
        after, crossings = self, list[Crossing]()
        for one in observations:
            if after.judged_to is None or one.time > after.judged_to:
                after, crossing = after._after(one)
                crossings += [crossing] if crossing else []
        return after, crossings

    def _after(self, one: Observation) -> tuple[Self, Crossing | None]:
        seen = self.model_copy(update={"judged_to": one.time})
        if one.value is None or one.quality not in USABLE:
            return seen, None
        if self.exceedance is not None:
            return seen._while_exceeded(self.exceedance, one.value, one.time)
        if not self.beyond(one.value):
            return seen.model_copy(update={"within": one.value, "run": None}), None
        run = seen._longer(one.value, one.time)
        if run.readings < self.readings or one.time - run.since < timedelta(minutes=self.minutes):
            return seen.model_copy(update={"run": run}), None
        exceedance = Exceedance(**run.model_dump(), at=one.time, value=one.value)
        return seen.model_copy(update={"run": None, "exceedance": exceedance}), Crossing(exceedance=exceedance)

    def _longer(self, value: Decimal, time: datetime) -> Run:
        if self.run is None:
            return Run(since=time, readings=1, extreme=value, before=self.within)
        extreme = self.worse(self.run.extreme, value)
        return self.run.model_copy(update={"readings": self.run.readings + 1, "extreme": extreme})

    def _while_exceeded(self, held: Exceedance, value: Decimal, time: datetime) -> tuple[Self, Crossing | None]:
        if self.back(value):
            over = Crossing(exceedance=held, cleared_at=time, value=value)
            return self.model_copy(update={"exceedance": None, "within": value}), over
        farther = held.model_copy(update={"extreme": self.worse(held.extreme, value)})
        return self.model_copy(update={"exceedance": farther}), None

    def edited(self, rule: Rule, by: str) -> Self:
        """Another rule: what was exceeded by the old one is over, and the new one begins with the next reading."""
        return self.model_copy(
            update={
                **rule.model_dump(),
                "set_by": by,
                "revision": self.revision + 1,
                "run": None,
                "exceedance": None,
            }
        )
