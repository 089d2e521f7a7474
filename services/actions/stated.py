"""Values as a plan states them: each keeps the short phrase it was read from, and unknown fields are refused."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Literal, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, StringConstraints, field_validator, model_validator

from contracts.values import Money, PartialDate, Timing
from services.actions.amounts import amount_in, exact_amount, exact_count, numbers_in

Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
Count = Annotated[int, BeforeValidator(exact_count)]
Per = Literal["plan", "year", "week"]

_STRICT = ConfigDict(frozen=True, extra="forbid")


class Part(BaseModel):
    """A part of a plan. A field it does not know is a typing error and is refused."""

    model_config = _STRICT


class StatedMoney(Money):
    """An amount to the cent beside the plan's own words; the two must agree where the words name one amount."""

    model_config = _STRICT
    phrase: Text

    @field_validator("amount", mode="before")
    @classmethod
    def _exact(cls, given: object) -> Decimal:
        return exact_amount(given)

    @model_validator(mode="after")
    def _agrees_with_phrase(self) -> Self:
        said = amount_in(self.phrase)
        if said is not None and said != self.amount:
            raise ValueError(
                f"the amount is {self.amount} but the phrase {self.phrase!r} says {said}; correct one of them"
            )
        return self


class StatedDate(PartialDate):
    """A date to the year, month or day the plan gives."""

    model_config = _STRICT


class StatedTiming(Timing):
    """When something is planned. `not_before` is the earliest end of an open-ended promise ('2030 or beyond')."""

    model_config = _STRICT
    phrase: Text
    start: StatedDate | None = None
    due: StatedDate | None = None
    not_before: StatedDate | None = None
    concerns: list[Text] = []

    @model_validator(mode="after")
    def _holds_together(self) -> Self:
        if self.start and self.due and self.due.last_day() < self.start.first_day():
            raise ValueError(
                f"it is due ({self.due.value}) before it starts ({self.start.value}); swap or correct them"
            )
        if self.kind == "by" and self.due is None:
            raise ValueError("kind 'by' needs a due date; add due, or choose ongoing, open_ended or unknown")
        if self.kind == "launch_then_ongoing" and self.start is None:
            raise ValueError("kind 'launch_then_ongoing' needs the launch; add start")
        if self.kind == "open_ended" and self.due is not None:
            raise ValueError("kind 'open_ended' promises no due date; move it to not_before, or choose kind 'by'")
        return self


class Statement(Part):
    """An output, outcome, baseline or target in the plan's words, with its number where it gives one.

    `count` things `of` a kind, over the whole plan, every year, or every week (a service level);
    `at_least` makes it a lower bound, `up_to` the upper end of a range.
    """

    phrase: Text
    count: Count | None = None
    up_to: Count | None = None
    at_least: bool = False
    of: Text | None = None
    per: Per = "plan"

    @model_validator(mode="after")
    def _number_is_the_phrases(self) -> Self:
        said = numbers_in(self.phrase)
        if self.count is None:
            if self.up_to is not None or self.at_least:
                raise ValueError("up_to and at_least describe a count; add count")
            return self
        if self.of is None:
            raise ValueError("a count needs to say of what; add of, such as workshops")
        if said and not {self.count, self.up_to if self.up_to is not None else self.count} <= said:
            raise ValueError(f"the phrase {self.phrase!r} does not name the count {self.count}; correct one of them")
        if self.up_to is not None and self.up_to <= self.count:
            raise ValueError(f"up_to ({self.up_to}) must be above count ({self.count})")
        return self
