"""What is kept of a fit, and when it is told again: only when who hears call.matched would read something else."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from contracts.examples import EXAMPLES
from contracts.funding import CallMatchedV1
from services.funding.matches import StoredMatch

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
(SAID,) = (each for each in EXAMPLES.values() if isinstance(each, CallMatchedV1))


def judged(sequence: int = 1, **facts: Any) -> StoredMatch:
    known = {
        "match_id": SAID.match_id,
        "call_id": SAID.call.call_id,
        "activity_id": SAID.activity_id,
        "activity_number": SAID.activity_number,
        "activity_title": {"sl": "Podkast", "en": "Podcast"},
        "call_version": 1,
        "need_sequence": sequence,
        "fits": True,
        "score": 60,
        "leads": ["Občina Idrija"],
        "open_cost": {"amount": "20000.00", "phrase": "EUR 20.000"},
        "judged_at": NOW,
        "events": [SAID],
    }
    return StoredMatch.model_validate({**known, **facts})


@pytest.mark.parametrize(
    "facts",
    [{}, {"leads": ["Center za idrijsko dediščino"]}, {"open_cost": {"amount": "20000.00", "phrase": "20.000 EUR"}}],
)
def test_what_its_hearer_does_not_see_is_kept_and_not_told(facts: dict[str, Any]) -> None:
    kept = judged(2, **facts).following(judged(1), {})
    assert (kept.need_sequence, kept.events) == (2, [])
    assert kept.model_dump(include=set(facts)) == judged(2, **facts).model_dump(include=set(facts))


@pytest.mark.parametrize("facts", [{"score": 61}, {"open_cost": {"amount": "21000.00", "phrase": "EUR 20.000"}}])
def test_what_its_hearer_sees_is_told(facts: dict[str, Any]) -> None:
    assert judged(2, **facts).following(judged(1), {}).events == [SAID]
