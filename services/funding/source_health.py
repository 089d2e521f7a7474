"""How a source of calls is doing: when it last gave something, how much, and what was wrong."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, Field

from contracts.funding import SourceFailedV1
from contracts.registry import Event
from services.funding.sources.source import Malformed, Reading, Source

Failure = Literal["unreachable", "malformed", "zero_rows", "partial"]
KEPT_REJECTIONS = 50


class RejectedRow(BaseModel):
    """One row that gave no call."""

    row: str
    reason: str
    field: str | None = None
    mend: str


class SourceHealth(BaseModel):
    """The health of one source after its last reading."""

    source: str
    licence: str
    last_read_at: datetime | None = None
    last_success_at: datetime | None = None
    rows: int = 0
    failure: Failure | None = None
    reason: str | None = None
    rejected: list[RejectedRow] = []
    version: int = 0
    events: list[Event] = Field(default=[], exclude=True)

    def gave(self, reading: Reading, source: Source, now: datetime) -> SourceHealth:
        """The health after a reading. No rows at all is a failure unless the source may be empty."""
        rejected = [
            RejectedRow(row=each.row, reason=each.reason, field=each.field, mend=each.mend)
            for each in reading.rejected[:KEPT_REJECTIONS]
        ]
        update = {"last_read_at": now, "rows": len(reading.calls), "rejected": rejected}
        if reading.seen == 0 and not source.may_be_empty:
            reason = f"{source.name} had {self.rows} calls at its last reading and has no row at all now"
            return self.model_copy(update=update | {"rows": 0})._failed("zero_rows", reason, 0, 0, now)
        if not reading.complete:
            reason = f"{source.name} announced {reading.expected} rows and gave {reading.seen}"
            done = self.model_copy(update=update | {"last_success_at": now})
            return done._failed("partial", reason, reading.seen, len(reading.rejected), now)
        return self.model_copy(update=update | {"last_success_at": now, "failure": None, "reason": None})

    def refused(self, malformed: Malformed, now: datetime) -> SourceHealth:
        """The health after a payload that could not be read at all."""
        return self.model_copy(update={"last_read_at": now})._failed("malformed", str(malformed), 0, 0, now)

    def _failed(self, kind: Failure, reason: str, rows: int, rejected: int, now: datetime) -> SourceHealth:
        said = SourceFailedV1(
            source=self.source, kind=kind, reason=reason, rows=rows, rejected=rejected, occurred_at=now
        )
        return self.model_copy(update={"failure": kind, "reason": reason, "events": [*self.events, said]})
