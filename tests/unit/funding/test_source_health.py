"""A source's failure is told at every reading that fails, its end once."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from contracts.funding import SourceFailedV1, SourceRecoveredV1
from services.funding.polling.health import SourceHealth
from services.funding.polling.runs import Totals, Verdict

NOW = datetime(2027, 2, 19, 8, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("was", "failure", "told"),
    [
        (None, None, []),
        (None, "zero_rows", [SourceFailedV1]),
        ("zero_rows", "unreachable", [SourceFailedV1]),
        ("zero_rows", "cancelled", []),
        ("zero_rows", None, [SourceRecoveredV1]),
    ],
)
def test_what_is_told_of_a_run(was: str | None, failure: str | None, told: list[type]) -> None:
    health = SourceHealth(source="gov-si", licence="CC BY", failure=was)
    after = health.ended(Totals(seen=3), Verdict(failure, failure), NOW)
    assert [type(event) for event in after.events] == told
