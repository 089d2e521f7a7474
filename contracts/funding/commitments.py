"""What the funding service says of money won and given, and of what has to be done for it afterwards."""

from __future__ import annotations

from pydantic import Field

from contracts.registry import Event, event
from contracts.values import Code, LocalText, Money, PartialDate


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


@event(
    "commitment.withdrawn",
    1,
    subject="commitment_id",
    sent_when="A commitment, or a part of it, was taken back in writing.",
)
class CommitmentWithdrawnV1(Event):
    """Money once committed to an activity will not come; `remaining` is what of the commitment still stands."""

    commitment_id: str
    activity_id: str
    activity_number: str
    withdrawn: Money = Field(description="What will not come.")
    remaining: Money = Field(description="What still stands; zero when all of it was taken back.")
    reason: str
    decision_reference: str | None = None
    decided_on: PartialDate | None = None


class CommitmentPayment(Event):
    """A payment under a commitment, and the sum of its kind so far."""

    commitment_id: str
    activity_id: str
    activity_number: str
    payment_id: str = Field(description="Id of the payment.")
    amount: Money = Field(description="What was paid this time.")
    total: Money = Field(description="Sum of all payments of this kind under the commitment, this one included.")
    on: PartialDate = Field(description="When it was paid, as precisely as it is known.")
    reference: str | None = Field(default=None, description="The payment's own reference, such as a claim's number.")


@event(
    "commitment.payment_received",
    1,
    subject="commitment_id",
    sent_when="Money of a commitment arrived on the municipality's account.",
)
class CommitmentPaymentReceivedV1(CommitmentPayment):
    """A funder paid a part of what it had committed."""


@event("commitment.spent", 1, subject="commitment_id", sent_when="Money of a commitment was paid out for its activity.")
class CommitmentSpentV1(CommitmentPayment):
    """Money of a commitment was spent on the activity it is for."""


@event(
    "obligation.changed",
    1,
    subject="obligation_id",
    sent_when="An obligation of a contract was set, moved, handed over, fulfilled or waived.",
)
class ObligationChangedV1(Event):
    """What an award asks of the municipality after winning: what, by when, who, and whether it is done."""

    obligation_id: str = Field(description="Id of the obligation.")
    award_id: str = Field(description="Id of the award it comes from.")
    kind: Code = Field(
        description="Known: claim, progress_report, final_report, indicators, durability, signage, retention, other."
    )
    title: LocalText = Field(description="What is to be done.")
    due: PartialDate | None = Field(default=None, description="Null while the date it counts from is not known.")
    owner: str | None = Field(default=None, description="Who answers for it.")
    state: Code = Field(description="Known: open, done, waived.")
    amount: Money | None = Field(default=None, description="What a claim asks for; null when it is not known.")
    application_id: str | None = Field(default=None, description="The application that was won.")
