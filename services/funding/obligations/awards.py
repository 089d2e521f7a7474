"""A contract that was won: what it rests on, when it runs, and what was learnt from it."""

from __future__ import annotations

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from contracts.registry import Event
from contracts.values import Code, LocalText, Money, PartialDate, Value
from services.funding.ledger.refusal import Refused


class AwardForm(BaseModel):
    """A signed contract. Its dates make the calendar of obligations; an end that is not known yet stays null."""

    model_config = ConfigDict(extra="forbid")
    title: str = Field(min_length=1, max_length=300)
    funder: str = Field(min_length=1, max_length=300)
    contract_reference: str | None = Field(default=None, max_length=200)
    application_id: str | None = Field(default=None, max_length=100)
    call_id: str | None = Field(default=None, max_length=100)
    financing_id: str | None = Field(default=None, max_length=100)
    amount: Money | None = None
    signed_on: PartialDate
    ends_on: PartialDate | None = None
    owner: str = Field(
        min_length=1, max_length=200, description="Who answers for its obligations unless one says other."
    )


class LessonForm(BaseModel):
    """What the next application should know."""

    model_config = ConfigDict(extra="forbid")
    text: str = Field(min_length=3, max_length=2000)
    about: Code = Field(
        default="other", description="Known: preparation, partners, money, procurement, reporting, other."
    )


class Lesson(Value):
    """A lesson as recorded."""

    text: str
    about: Code
    recorded_by: str
    recorded_at: AwareDatetime


class Lacking(Value):
    """What is open: a kind without a rule for the contract's day, costs no claim asks for, money not committed."""

    kind: Code
    text: LocalText


class Award(BaseModel):
    """An award as stored."""

    award_id: str
    title: str
    funder: str
    contract_reference: str | None = None
    application_id: str | None = None
    call_id: str | None = None
    financing_id: str | None = None
    amount: Money | None = None
    signed_on: PartialDate
    ends_on: PartialDate | None = None
    owner: str
    lacking: list[Lacking] = []
    lessons: list[Lesson] = []
    recorded_by: str
    version: int = 0
    events: list[Event] = Field(default=[], exclude=True)

    def restated(self, form: AwardForm) -> Award:
        return self.model_copy(update={name: getattr(form, name) for name in AwardForm.model_fields})

    def learn(self, form: LessonForm, by: str, at: AwareDatetime) -> Award:
        lesson = Lesson(recorded_by=by, recorded_at=at, **form.model_dump())
        return self.model_copy(update={"lessons": [*self.lessons, lesson]})


def check_award(form: AwardForm) -> None:
    """Refuse dates and amounts that cannot be."""
    if form.ends_on is not None and form.ends_on.last_day() < form.signed_on.first_day():
        raise Refused.at(
            "ends_on",
            f"it ends ({form.ends_on.value}) before it is signed ({form.signed_on.value})",
            "correct one of the dates",
            "Pogodba se ne more končati pred podpisom. Popravite datum.",
        )
    if form.amount is not None and form.amount.amount < 0:
        raise Refused.at(
            "amount",
            f"{form.amount.amount} is below zero",
            "write an amount of zero or more",
            "Znesek ne sme biti negativen.",
        )
