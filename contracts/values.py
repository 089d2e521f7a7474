"""Values that events and services speak of alike: money, dates with their precision, text in two languages."""

from __future__ import annotations

import calendar
import re
from datetime import date
from decimal import Decimal
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

Precision = Literal["year", "month", "day"]
Vat = Literal["included", "excluded", "unknown"]
# A word from a list that may grow: a closed list would break yesterday's readers with every new word.
Code = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$")]


class Value(BaseModel):
    """An immutable value. Readers ignore fields they do not know; the published schema is closed."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class Money(Value):
    """An exact amount in one currency, with what is known of its VAT and the words it was read from."""

    amount: Decimal = Field(max_digits=18, decimal_places=2)
    currency: Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")] = "EUR"
    vat: Vat = "unknown"
    phrase: str | None = Field(default=None, description="The source's own words, such as '60.000 EUR'.")

    def __add__(self, other: Money) -> Money:
        self._same_currency(other)
        return Money(amount=self.amount + other.amount, currency=self.currency, vat=self._shared_vat(other))

    def __sub__(self, other: Money) -> Money:
        self._same_currency(other)
        return Money(amount=self.amount - other.amount, currency=self.currency, vat=self._shared_vat(other))

    def times(self, factor: Decimal) -> Money:
        """The amount multiplied by `factor`, rounded half-even to cents."""
        return Money(amount=(self.amount * factor).quantize(Decimal("0.01")), currency=self.currency, vat=self.vat)

    def _same_currency(self, other: Money) -> None:
        if self.currency != other.currency:
            raise ValueError(f"{self.currency} and {other.currency} cannot be added without an exchange rate")

    def _shared_vat(self, other: Money) -> Vat:
        return self.vat if self.vat == other.vat else "unknown"


_PARTIAL = re.compile(r"^(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?$")


class PartialDate(Value):
    """A date known to the year, the month or the day: '2028', '2028-05' or '2028-05-31'."""

    value: Annotated[str, StringConstraints(pattern=r"^\d{4}(-\d{2}(-\d{2})?)?$")]
    phrase: str | None = Field(default=None, description="The source's own words, such as 'By 2028'.")

    @model_validator(mode="after")
    def _exists(self) -> Self:
        self.last_day()
        return self

    @property
    def precision(self) -> Precision:
        precisions: dict[int, Precision] = {4: "year", 7: "month", 10: "day"}
        return precisions[len(self.value)]

    def _parts(self) -> tuple[int, int | None, int | None]:
        match = _PARTIAL.match(self.value)
        if match is None:
            raise ValueError(f"{self.value!r} is not YYYY, YYYY-MM or YYYY-MM-DD")
        year, month, day = match.groups()
        return int(year), int(month) if month else None, int(day) if day else None

    def first_day(self) -> date:
        year, month, day = self._parts()
        return date(year, month or 1, day or 1)

    def last_day(self) -> date:
        """The last day the date may mean: '2028' is due on 31 December 2028."""
        year, month, day = self._parts()
        month = month or 12
        if not 1 <= month <= 12:
            raise ValueError(f"{self.value!r} names month {month}")
        return date(year, month, day or calendar.monthrange(year, month)[1])


class Timing(Value):
    """When something is planned: a start, a due date, and what kind of promise that is."""

    kind: Literal["by", "launch_then_ongoing", "ongoing", "open_ended", "unknown"] = "unknown"
    start: PartialDate | None = None
    due: PartialDate | None = None
    not_before: PartialDate | None = Field(default=None, description="Earliest end of an open-ended promise.")
    phrase: str | None = Field(default=None, description="The source's own words, such as '2030 or beyond'.")


class LocalText(Value):
    """One text in Slovenian and English."""

    sl: str
    en: str

    def in_language(self, language: str) -> str:
        return self.sl if language == "sl" else self.en


class Reason(Value):
    """Why something was decided, in words, with the evidence it rests on."""

    code: Code
    text: LocalText
    evidence: str | None = None
    weight: int | None = Field(default=None, description="Points of the 0-100 score this reason gave or took.")
