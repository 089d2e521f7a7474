"""What the ledger is asked to do with budget lines and reservations."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from contracts.values import Money
from services.funding.ledger.reservations import Purpose


class Part(BaseModel):
    """What of an own share is to stand on one line; an amount that is not known can only be planned."""

    model_config = ConfigDict(extra="forbid")
    line_id: str
    amount: Money | None = None


class ReservationForm(BaseModel):
    """An own share, kept on one line or on the lines of several years: all of it or nothing."""

    model_config = ConfigDict(extra="forbid")
    title: str = Field(min_length=1, max_length=300)
    application_id: str | None = Field(default=None, max_length=100)
    call_id: str | None = Field(default=None, max_length=100)
    financing_id: str | None = Field(default=None, max_length=100)
    activity_id: str | None = Field(default=None, max_length=100)
    state: Literal["planned", "reserved"] = "reserved"
    parts: list[Part] = Field(min_length=1, max_length=20)

    @property
    def purpose(self) -> Purpose:
        return Purpose.model_validate(self.model_dump(exclude={"state", "parts"}))


class StepForm(BaseModel):
    """The next step of a reservation: reserve a planned one, release it, or say what was paid."""

    model_config = ConfigDict(extra="forbid")
    amount: Money | None = None
    note: str | None = Field(default=None, max_length=500)


class AmountForm(BaseModel):
    """Another amount of a line, by whose decision and where that stands."""

    model_config = ConfigDict(extra="forbid")
    amount: Money
    decided_by: Literal["mayor", "council"]
    document: str = Field(min_length=3, max_length=500)
