"""The council's meetings: the dates that are known, and the habit by which the others may be estimated."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from contracts.registry import Event
from contracts.values import LocalText, Value
from services.funding.planning.days import Day, on_or_before

CALENDAR = "council"
_WEEKDAYS_SL = ("ponedeljek", "torek", "sreda", "četrtek", "petek", "sobota", "nedelja")
_WEEKDAYS_EN = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_PLACES_SL = {1: "prvi", 2: "drugi", 3: "tretji", 4: "četrti", -1: "zadnji"}
_PLACES_SL_FEMININE = {1: "prva", 2: "druga", 3: "tretja", 4: "četrta", -1: "zadnja"}
_PLACES_EN = {1: "first", 2: "second", 3: "third", 4: "fourth", -1: "last"}


class Meeting(Value):
    """One meeting whose date is known."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    on: Day
    kind: Literal["ordinary", "extraordinary", "correspondence"] = "ordinary"
    note: str | None = Field(default=None, max_length=300)


class Habit(Value):
    """The council "usually meets on the last Thursday". `weekday`: 0 is Monday; `place`: 1 to 4, or -1 for the last."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    weekday: int = Field(ge=0, le=6)
    place: Literal[1, 2, 3, 4, -1]
    months_off: list[int] = Field(default=[], description="Months without a meeting, such as 8 for August.")

    @model_validator(mode="after")
    def _months(self) -> Self:
        if wrong := [month for month in self.months_off if not 1 <= month <= 12]:
            raise ValueError(f"{wrong[0]} is no month: months go from 1 to 12")
        return self

    def in_month(self, year: int, month: int) -> date | None:
        """When the council would meet that month; on a work-free day, the working day before."""
        if month in self.months_off:
            return None
        if self.place > 0:
            first = date(year, month, 1)
            ahead = (self.weekday - first.weekday()) % 7 + 7 * (self.place - 1)
            return on_or_before(first + timedelta(days=ahead))
        last = (date(year + month // 12, month % 12 + 1, 1)) - timedelta(days=1)
        return on_or_before(last - timedelta(days=(last.weekday() - self.weekday) % 7))

    def words(self) -> LocalText:
        feminine = self.weekday in {2, 5, 6}
        place = (_PLACES_SL_FEMININE if feminine else _PLACES_SL)[self.place]
        return LocalText(
            sl=f"običajno {place} {_WEEKDAYS_SL[self.weekday]} v mesecu",
            en=f"usually the {_PLACES_EN[self.place]} {_WEEKDAYS_EN[self.weekday]} of the month",
        )


@dataclass(frozen=True, slots=True)
class Sitting:
    """A day the council sits, as far as anybody can say: known, or `estimated` from its habit."""

    on: date
    estimated: bool


class CouncilCalendar(BaseModel):
    """The municipality's council calendar. Through `complete_until` no other meetings are to be expected."""

    calendar_id: str = CALENDAR
    meetings: list[Meeting] = []
    complete_until: Day | None = None
    habit: Habit | None = None
    set_by: str | None = None
    version: int = 0
    events: list[Event] = Field(default=[], exclude=True)

    def last_by(self, day: date, *, years_back: int = 1) -> Sitting | None:
        """The last meeting on or before `day`; None when none is known and no habit lets one be estimated."""
        return max(self._sittings(day.replace(year=day.year - years_back, day=1), day), key=_on, default=None)

    def next_after(self, day: date) -> Sitting | None:
        """The first meeting after `day`, as far as two years ahead."""
        first = day + timedelta(days=1)
        return min(self._sittings(first, date(first.year + 2, first.month, 1)), key=_on, default=None)

    def knows(self, day: date) -> bool:
        """Whether the calendar is complete through `day`, so that no date means no meeting."""
        return self.complete_until is not None and day <= self.complete_until

    def _sittings(self, first: date, last: date) -> Iterator[Sitting]:
        known = {meeting.on for meeting in self.meetings}
        yield from (Sitting(day, estimated=False) for day in known if first <= day <= last)
        if self.habit is None:
            return
        months = {(day.year, day.month) for day in known}
        year, month = first.year, first.month
        while (year, month) <= (last.year, last.month):
            day = self.habit.in_month(year, month)
            if day and first <= day <= last and (year, month) not in months and not self.knows(day):
                yield Sitting(day, estimated=True)
            year, month = year + month // 12, month % 12 + 1


def _on(sitting: Sitting) -> date:
    return sitting.on
