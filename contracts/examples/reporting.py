"""How much of the plan's estimated cost is committed, with the uncosted activity counted beside it."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

from contracts.registry import Event
from contracts.reporting import KpiComputedV1

EXAMPLES: tuple[Event, ...] = (
    KpiComputedV1(
        kpi="committed_share",
        value=Decimal("0.13"),
        unit="1",
        numerator=Decimal("15000.00"),
        denominator=Decimal("115000.00"),
        counted=1,
        unknown=1,
        as_of=datetime(2027, 7, 12, 12, 0, tzinfo=UTC),
    ),
)
