"""The revision of the funding strategy for the last quarter of the year."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

from contracts.examples.funding.calls import CALL
from contracts.funding.strategy import StrategyRevisedV1
from contracts.registry import Event
from contracts.values import Money, PartialDate

EXAMPLES: tuple[Event, ...] = (
    StrategyRevisedV1(
        revision_id="2026-Q4",
        number=2,
        quarter="2026-Q4",
        previous="2026-Q3",
        approved_by="approver@idrija.example",
        approved_at=datetime(2026, 12, 18, 10, 30, tzinfo=UTC),
        decided_by="Usmerjevalni odbor",
        decided_on=PartialDate(value="2026-12-17"),
        reference="032-4/2026-7",
        opportunities=9,
        new=[CALL],
        applications=2,
        without_money=17,
        open_need=Money(amount=Decimal("1410000.00")),
        open_need_unknown=4,
        own_share_short=Money(amount=Decimal("34500.00")),
    ),
)
