"""What the funding service says of money won and given."""

from __future__ import annotations

from pydantic import Field

from contracts.registry import Event, event
from contracts.values import Code, Money, PartialDate


@event("commitment.made", 1, subject="commitment_id", sent_when="Money for an activity was committed in writing.")
class CommitmentMadeV1(Event):
    """A funder, or the municipality itself, committed money to an activity."""

    commitment_id: str
    activity_id: str
    activity_number: str
    amount: Money
    source_class: Code = Field(description="Known: municipal, regional_national, eu, private, partnership.")
    source_name: str | None = None
    decision_reference: str | None = None
    decided_on: PartialDate | None = None
