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
