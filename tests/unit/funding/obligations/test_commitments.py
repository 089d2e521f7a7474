"""Commitments: what stands, what arrived, what was spent."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from contracts.funding import CommitmentPaymentReceivedV1, CommitmentWithdrawnV1
from contracts.values import Money, PartialDate
from services.funding.ledger.refusal import Contradicted, Refused
from services.funding.obligations.commitments import (
    Commitment,
    CommitmentForm,
    PaymentForm,
    PaymentKind,
    WithdrawalForm,
    made,
)

NOW = datetime(2027, 11, 24, 9, 0, tzinfo=UTC)


def eur(amount: int) -> Money:
    return Money(amount=Decimal(amount).quantize(Decimal("0.01")))


def commitment() -> Commitment:
    form = CommitmentForm(activity_id="a", amount=eur(15_000), source_class="regional_national")
    return made(form, "c", "2.1.1", "maja").model_copy(update={"events": []})


def paid(kind: PaymentKind, amount: int) -> PaymentForm:
    return PaymentForm(kind=kind, amount=eur(amount), on=PartialDate(value="2027-11-30"))


def test_a_part_withdrawn_leaves_the_rest_and_says_both() -> None:
    left = commitment().withdraw(WithdrawalForm(amount=eur(6_000), reason="programme cut"), "maja", NOW)
    (said,) = left.events
    assert isinstance(said, CommitmentWithdrawnV1)
    assert (said.withdrawn, said.remaining, left.standing) == (eur(6_000), eur(9_000), eur(9_000))
    nothing = left.withdraw(WithdrawalForm(reason="call revoked"), "maja", NOW)
    assert nothing.standing == eur(0)
    with pytest.raises(Refused):
        nothing.withdraw(WithdrawalForm(reason="again"), "maja", NOW)


def test_payments_add_up_and_stay_within_what_stands() -> None:
    got = commitment().pay(paid("received", 9_000), "p1", "maja").pay(paid("received", 6_000), "p2", "maja")
    last = got.events[-1]
    assert isinstance(last, CommitmentPaymentReceivedV1)
    assert (last.amount, last.total, got.received, got.spent) == (eur(6_000), eur(15_000), eur(15_000), eur(0))
    with pytest.raises(Contradicted, match=r"only 0.00 can still be received"):
        got.pay(paid("received", 1), "p3", "maja")
    back = got.withdraw(WithdrawalForm(amount=eur(5_000), reason="clawed back"), "maja", NOW)
    assert back.to_repay == eur(5_000)


def test_nothing_and_another_currency_are_no_payment() -> None:
    with pytest.raises(Refused, match="is nothing"):
        commitment().pay(paid("spent", 0), "p", "maja")
    with pytest.raises(Refused, match="USD of a commitment in EUR"):
        commitment().pay(
            paid("spent", 1).model_copy(update={"amount": Money(amount=Decimal(1), currency="USD")}), "p", "m"
        )
