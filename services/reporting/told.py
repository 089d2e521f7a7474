"""What was last said of each key figure, so that only another value is said."""

from __future__ import annotations

from decimal import Decimal
from typing import Self

from pydantic import AwareDatetime, BaseModel, Field

from contracts.registry import Event
from contracts.reporting import KpiComputedV1
from services.reporting.kpis import Kpi


class Told(BaseModel):
    """The aggregate of one key figure as the others last heard of it. `version` 0: they never did."""

    name: str
    unit: str = ""
    value: Decimal | None = None
    numerator: Decimal | None = None
    denominator: Decimal | None = None
    counted: int = 0
    unknown: int = 0
    as_of: AwareDatetime | None = None
    version: int = 0
    events: list[Event] = Field(default=[], exclude=True)

    def computed(self, figure: Kpi) -> Self | None:
        """The figure as it is to be told now; None when the others know it, or nobody can know it and never did."""
        facts = figure.model_dump(include=_SAID)
        if all(getattr(self, field) == value for field, value in facts.items()):
            return None
        if self.version == 0 and figure.value is None:
            return None
        event = KpiComputedV1(kpi=self.name, as_of=figure.as_of, **facts)
        return self.model_copy(update={**facts, "as_of": figure.as_of, "events": [*self.events, event]})


_SAID = {"unit", "value", "numerator", "denominator", "counted", "unknown"}
