"""Money for the podcast studio of the makerspace."""

from __future__ import annotations

from decimal import Decimal

from contracts.examples.actions import ACTIVITY
from contracts.funding import CommitmentMadeV1
from contracts.registry import Event
from contracts.values import Money, PartialDate

EXAMPLES: tuple[Event, ...] = (
    CommitmentMadeV1(
        commitment_id="commitment-2027-003",
        activity_id=ACTIVITY,
        activity_number="2.1.1",
        amount=Money(amount=Decimal("15000.00"), phrase="15.000 EUR"),
        source_class="regional_national",
        source_name="Ministrstvo za gospodarstvo, delo in šport",
        decision_reference="303-18/2026-2130-57",
        decided_on=PartialDate(value="2027-07-12"),
    ),
)
