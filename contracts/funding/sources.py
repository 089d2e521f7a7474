"""What the funding service says of the sources of calls."""

from __future__ import annotations

from pydantic import AwareDatetime, Field

from contracts.registry import Event, event
from contracts.values import Code


@event("source.failed", 1, subject="source", sent_when="A poll failed, was refused, or found no calls at all.")
class SourceFailedV1(Event):
    """A source of calls did not give what it should; its calls may be missing."""

    source: str
    kind: Code = Field(description="Known: unreachable, malformed, zero_rows, partial.")
    reason: str
    rows: int = 0
    rejected: int = 0
    occurred_at: AwareDatetime


@event("source.recovered", 1, subject="source", sent_when="A source gave what it should for the first time again.")
class SourceRecoveredV1(Event):
    """A source of calls that had failed was read without a fault."""

    source: str = Field(description="The source's short name.")
    after: Code = Field(description="What the failure was. Known: as in source.failed.")
    rows: int = Field(default=0, description="How many rows it gave.")
    occurred_at: AwareDatetime
