"""What the reporting service says: figures computed from everybody's events."""

from __future__ import annotations

from decimal import Decimal

from pydantic import AwareDatetime, Field

from contracts.registry import Event, event


@event("kpi.computed", 1, subject="kpi", sent_when="A key figure got another value.")
class KpiComputedV1(Event):
    """One key figure, with what it was computed from."""

    kpi: str
    value: Decimal | None = Field(description="Null when it cannot be known yet.")
    unit: str
    numerator: Decimal | None = None
    denominator: Decimal | None = None
    counted: int = Field(default=0, description="How many items the figure rests on.")
    unknown: int = Field(default=0, description="How many items had to be left out.")
    as_of: AwareDatetime
