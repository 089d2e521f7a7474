"""When somebody wants mail: at once or gathered, in which hours, and reminded how long before a deadline."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Literal

import holidays
from pydantic import Field, StringConstraints, field_validator, model_validator

from contracts.values import Value

Cadence = Literal["instant", "morning", "weekly"]
SOONEST_FIRST: tuple[Cadence, ...] = ("instant", "morning", "weekly")
Clock = Annotated[str, StringConstraints(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")]
Closing = Annotated[str, StringConstraints(pattern=r"^([01]\d|2[0-3]):[0-5]\d$|^24:00$")]

LADDER = (60, 30, 14, 7, 3, 1)
MOST_STEPS = 12
MOST_WINDOWS = 21
COUNTRIES = frozenset(holidays.list_supported_countries())


class Window(Value):
    """Hours of one weekday in which mail may come; one that closes before it opens lasts over midnight."""

    weekday: int = Field(ge=1, le=7, description="1 is Monday, 7 Sunday: the day on which it opens.")
    opens: Clock
    closes: Closing

    @model_validator(mode="after")
    def _lasts(self) -> Window:
        if self.opens == self.closes:
            raise ValueError(f"opens and closes are both {self.opens}; write 00:00 and 24:00 for a whole day")
        return self


class DeliveryWishes(Value):
    """When and how often somebody wants mail. Left as it is, everything comes at once, at any hour."""

    cadence: Cadence = "instant"
    at: Clock = Field(default="08:00", description="When the digest leaves and reminders come, on the person's clock.")
    weekday: int = Field(default=1, ge=1, le=7, description="The day of the weekly digest; 1 is Monday.")
    windows: tuple[Window, ...] = Field(default=(), max_length=MOST_WINDOWS, description="Empty: at any hour.")
    quiet_on_holidays: bool = Field(default=False, description="Whether public holidays are quiet from 00:00 to 24:00.")
    country: str = Field(default="SI", description="ISO 3166-1 code of the country whose public holidays count.")
    ladder: tuple[int, ...] = Field(default=LADDER, max_length=MOST_STEPS, description="Days before a deadline.")

    @field_validator("country")
    @classmethod
    def _has_known_holidays(cls, country: str) -> str:
        if country.upper() not in COUNTRIES:
            raise ValueError(f"country {country!r} has no list of public holidays here; write a code such as SI")
        return country.upper()

    @field_validator("ladder")
    @classmethod
    def _steps_down(cls, ladder: tuple[int, ...]) -> tuple[int, ...]:
        if any(not 1 <= days <= 365 for days in ladder):
            raise ValueError(
                "ladder has a step outside 1 to 365 days; write days before the deadline, such as 14, 7, 1"
            )
        return tuple(sorted(set(ladder), reverse=True))

    def for_cadences(self, chosen: Iterable[Cadence | None]) -> DeliveryWishes:
        """The same wishes with the soonest of the cadences that subscriptions chose; None stands for the person's."""
        cadences = {cadence or self.cadence for cadence in chosen} or {self.cadence}
        return self.model_copy(update={"cadence": min(cadences, key=SOONEST_FIRST.index)})
