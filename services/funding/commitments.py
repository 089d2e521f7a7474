"""Money committed to an activity in writing."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator

from contracts.funding import CommitmentMadeV1
from contracts.registry import Event
from contracts.values import Money, PartialDate

SourceClass = Literal["municipal", "regional_national", "eu", "private", "partnership"]


class CommitmentForm(BaseModel):
    """What a person knows of a commitment: the activity, the amount and who committed it."""

    model_config = ConfigDict(extra="forbid")
    activity_id: str
    amount: Money
    source_class: SourceClass
    source_name: str | None = Field(default=None, max_length=300)
    decision_reference: str | None = Field(default=None, max_length=300)
    decided_on: PartialDate | None = None

    @field_validator("amount")
    @classmethod
    def _something(cls, amount: Money) -> Money:
        if amount.amount <= 0:
            raise ValueError("a commitment is more than nought; leave it out if nothing was committed")
        return amount


class Commitment(BaseModel):
    """One commitment as stored."""

    commitment_id: str
    activity_id: str
    activity_number: str
    amount: Money
    source_class: SourceClass
    source_name: str | None = None
    decision_reference: str | None = None
    decided_on: PartialDate | None = None
    made_by: str
    version: int = 0
    events: list[Event] = Field(default=[], exclude=True)


def made(form: CommitmentForm, commitment_id: str, activity_number: str, by: str) -> Commitment:
    """A new commitment, which says so."""
    facts = {"commitment_id": commitment_id, "activity_number": activity_number, **form.model_dump()}
    return Commitment(**facts, made_by=by, events=[CommitmentMadeV1(**facts)])
