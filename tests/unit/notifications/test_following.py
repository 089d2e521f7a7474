from __future__ import annotations

from datetime import UTC, datetime

import pytest

from contracts.funding import MatchDecidedV1
from services.notifications.following import followed

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    ("decision", "undecided", "step"),
    [
        ("apply", 3, ("apply", None)),
        ("hand_over", 0, ("hand_over", "Oddelek")),
        ("not_for_us", 2, None),
        ("undone", 1, ("seen", None)),
        ("reopened", 0, ("seen", None)),
        ("of_tomorrow", 0, None),
    ],
)
def test_an_alert_follows_when_the_whole_call_is_in_hand(decision: str, undecided: int, step: object) -> None:
    event = MatchDecidedV1(
        match_id="match-a",
        call_id="call-a",
        call_title="Razpis",
        activity_id="a",
        activity_number="1.1.1",
        decision=decision,
        department="Oddelek" if decision == "hand_over" else None,
        decided_by="maja",
        decided_at=NOW,
        undecided=undecided,
    )
    assert followed(event) == step
