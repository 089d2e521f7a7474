"""A call is put aside because the own share cannot be met."""

from __future__ import annotations

from datetime import UTC, datetime

from contracts.examples.actions import ACTIVITY
from contracts.examples.funding.calls import CALL, TITLE
from contracts.funding import MatchDecidedV1
from contracts.registry import Event

EXAMPLES: tuple[Event, ...] = (
    MatchDecidedV1(
        match_id="match-gezdgnbvgy3tqojq",
        call_id=CALL,
        call_title=TITLE,
        activity_id=ACTIVITY,
        activity_number="2.1.1",
        decision="not_for_us",
        reason_code="lack_match_ability",
        reason="34.500 EUR v proračunu 2027 ni.",
        decided_by="funding.officer@idrija.example",
        decided_at=datetime(2026, 11, 17, 9, 30, tzinfo=UTC),
    ),
)
