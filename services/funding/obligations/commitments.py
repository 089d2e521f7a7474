"""Money committed to an activity in writing: what stands of it, what arrived, and what was spent."""

from __future__ import annotations

from decimal import Decimal
from typing import Literal, get_args

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, field_validator

from contracts.funding import (
    CommitmentMadeV1,
    CommitmentPaymentReceivedV1,
    CommitmentSpentV1,
    CommitmentWithdrawnV1,
)
from contracts.registry import Event
from contracts.values import Money, PartialDate, Value
from services.funding.ledger.refusal import Contradicted, Refused
from services.funding.ledger.totals import slovene

SourceClass = Literal["municipal", "regional_national", "eu", "private", "partnership"]
SOURCE_CLASSES: tuple[SourceClass, ...] = get_args(SourceClass)
PaymentKind = Literal["received", "spent"]


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


class WithdrawalForm(BaseModel):
    """A commitment, or `amount` of it, that will not come."""

    model_config = ConfigDict(extra="forbid")
    amount: Money | None = Field(default=None, description="Null for all that still stands.")
    reason: str = Field(min_length=3, max_length=500)
    decision_reference: str | None = Field(default=None, max_length=300)
    decided_on: PartialDate | None = None


class PaymentForm(BaseModel):
    """Money that arrived under a commitment, or was spent of it."""

    model_config = ConfigDict(extra="forbid")
    kind: PaymentKind
    amount: Money
    on: PartialDate
    reference: str | None = Field(default=None, max_length=300)


class Withdrawal(Value):
    """What was taken back of a commitment, and why."""

    amount: Money
    reason: str
    decision_reference: str | None = None
    decided_on: PartialDate | None = None
    recorded_by: str
    recorded_at: AwareDatetime


class Payment(Value):
    """One payment under a commitment."""

    payment_id: str
    kind: PaymentKind
    amount: Money
    on: PartialDate
    reference: str | None = None
    recorded_by: str


class Commitment(BaseModel):
    """One commitment as stored. `amount` is what was once committed; `standing` is what is left of it."""

    commitment_id: str
    activity_id: str
    activity_number: str
    amount: Money
    source_class: SourceClass
    source_name: str | None = None
    decision_reference: str | None = None
    decided_on: PartialDate | None = None
    made_by: str
    withdrawals: list[Withdrawal] = []
    payments: list[Payment] = []
    version: int = 0
    events: list[Event] = Field(default=[], exclude=True)

    @property
    def standing(self) -> Money:
        withdrawn = sum((each.amount.amount for each in self.withdrawals), Decimal(0))
        return self._money(self.amount.amount - withdrawn)

    @property
    def received(self) -> Money:
        return self._sum("received")

    @property
    def spent(self) -> Money:
        return self._sum("spent")

    @property
    def to_repay(self) -> Money:
        """What arrived and was taken back since."""
        return self._money(max(self.received.amount - self.standing.amount, Decimal(0)))

    def withdraw(self, form: WithdrawalForm, by: str, at: AwareDatetime) -> Commitment:
        """With a part or all of it taken back. Raises Refused when more is withdrawn than stands."""
        taken = form.amount or self.standing
        self._fits(taken)
        if taken.amount > self.standing.amount:
            raise Contradicted.at(
                "amount",
                f"{taken.amount} is more than the {self.standing.amount} that still stand",
                "withdraw at most that, or leave the amount out for all of it",
                f"Velja le še {slovene(self.standing.amount)}. Več ni mogoče preklicati.",
            )
        facts = form.model_dump(exclude={"amount"})
        taken = self._money(taken.amount)
        kept = Withdrawal(amount=taken, recorded_by=by, recorded_at=at, **facts)
        changed = self.model_copy(update={"withdrawals": [*self.withdrawals, kept]})
        said = CommitmentWithdrawnV1(**self._named(), withdrawn=taken, remaining=changed.standing, **facts)
        return changed.model_copy(update={"events": [*self.events, said]})

    def pay(self, form: PaymentForm, payment_id: str, by: str) -> Commitment:
        """With one payment more. Raises Refused when the payments of its kind would exceed what stands."""
        self._fits(form.amount)
        room = self.standing.amount - self._sum(form.kind).amount
        if form.amount.amount > room:
            left = max(room, Decimal(0))
            raise Contradicted.at(
                "amount",
                f"of {self.standing.amount} {self.amount.currency} only {left} can still be {form.kind}",
                "correct the amount, or record the higher commitment first",
                f"Od {slovene(self.standing.amount)} je mogoče vpisati le še {slovene(left)}.",
            )
        payment = Payment(payment_id=payment_id, recorded_by=by, **form.model_dump())
        changed = self.model_copy(update={"payments": [*self.payments, payment]})
        said = (CommitmentPaymentReceivedV1 if form.kind == "received" else CommitmentSpentV1)(
            **self._named(),
            payment_id=payment_id,
            total=changed._sum(form.kind),
            **form.model_dump(exclude={"kind"}),
        )
        return changed.model_copy(update={"events": [*self.events, said]})

    def _named(self) -> dict[str, str]:
        return self.model_dump(include={"commitment_id", "activity_id", "activity_number"})

    def _fits(self, amount: Money) -> None:
        if amount.amount <= 0:
            raise Refused.at(
                "amount", f"{amount.amount} is nothing", "write an amount greater than zero", "Vpišite več kot nič."
            )
        if amount.currency != self.amount.currency:
            raise Refused.at(
                "amount",
                f"{amount.currency} of a commitment in {self.amount.currency}",
                f"give it in {self.amount.currency}",
            )

    def _sum(self, kind: PaymentKind) -> Money:
        return self._money(sum((each.amount.amount for each in self.payments if each.kind == kind), Decimal("0.00")))

    def _money(self, amount: Decimal) -> Money:
        return Money(amount=amount, currency=self.amount.currency, vat=self.amount.vat)


def made(form: CommitmentForm, commitment_id: str, activity_number: str, by: str) -> Commitment:
    """A new commitment, which says so."""
    facts = {"commitment_id": commitment_id, "activity_number": activity_number, **form.model_dump()}
    return Commitment(**facts, made_by=by, events=[CommitmentMadeV1(**facts)])
