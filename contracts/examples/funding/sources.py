"""A source of calls that suddenly shows none, and later gives them again."""

from __future__ import annotations

from datetime import UTC, datetime

from contracts.funding import SourceFailedV1, SourceRecoveredV1
from contracts.registry import Event

EXAMPLES: tuple[Event, ...] = (
    SourceFailedV1(
        source="gov-si",
        kind="zero_rows",
        reason="The listing was read, but no row of calls was found in it; its layout may have changed.",
        occurred_at=datetime(2026, 12, 1, 5, 0, tzinfo=UTC),
    ),
    SourceRecoveredV1(source="gov-si", after="zero_rows", rows=31, occurred_at=datetime(2026, 12, 1, 9, 0, tzinfo=UTC)),
)
