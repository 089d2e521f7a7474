"""Money for the podcast studio of the makerspace: committed, paid, spent, and a part of it taken back."""

from __future__ import annotations

from decimal import Decimal

from contracts.examples.actions import ACTIVITY
from contracts.funding import (
    CommitmentMadeV1,
    CommitmentPaymentReceivedV1,
    CommitmentSpentV1,
    CommitmentWithdrawnV1,
    ObligationChangedV1,
)
from contracts.registry import Event
from contracts.values import LocalText, Money, PartialDate

COMMITMENT = {"commitment_id": "commitment-2027-003", "activity_id": ACTIVITY, "activity_number": "2.1.1"}

EXAMPLES: tuple[Event, ...] = (
    CommitmentMadeV1(
        **COMMITMENT,
        amount=Money(amount=Decimal("15000.00"), phrase="15.000 EUR"),
        source_class="regional_national",
        source_name="Ministrstvo za gospodarstvo, delo in šport",
        decision_reference="303-18/2026-2130-57",
        decided_on=PartialDate(value="2027-07-12"),
    ),
    CommitmentPaymentReceivedV1(
        **COMMITMENT,
        payment_id="payment-2027-001",
        amount=Money(amount=Decimal("9000.00")),
        total=Money(amount=Decimal("9000.00")),
        on=PartialDate(value="2027-11-30"),
        reference="Zahtevek 1",
    ),
    CommitmentSpentV1(
        **COMMITMENT,
        payment_id="payment-2027-002",
        amount=Money(amount=Decimal("8200.00")),
        total=Money(amount=Decimal("8200.00")),
        on=PartialDate(value="2027-10"),
    ),
    CommitmentWithdrawnV1(
        **COMMITMENT,
        withdrawn=Money(amount=Decimal("6000.00")),
        remaining=Money(amount=Decimal("9000.00")),
        reason="Drugi del programa je bil preklican.",
        decided_on=PartialDate(value="2028-02-01"),
    ),
    ObligationChangedV1(
        obligation_id="obligation-2027-001",
        award_id="award-2027-001",
        kind="progress_report",
        title=LocalText(sl="Poročilo o napredku", en="Progress report"),
        due=PartialDate(value="2028-01-31"),
        owner="officer@idrija.example",
        state="open",
    ),
)
