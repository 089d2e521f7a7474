"""The delivery state of an activity: the first rule that holds, with its reason."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from contracts.values import Money, PartialDate, Timing
from services.reporting.delivery import judge, rolled_up
from services.reporting.read_model import Delivery
from tests.unit.reporting.builders import NOW, activity, by, euros

TODAY = date(2026, 11, 21)
FUNDED = euros(1000)


@pytest.mark.parametrize(
    ("fields", "committed", "state", "because"),
    [
        ({}, None, "none_due", None),
        ({"stage": "under_way"}, None, "on_track", None),
        ({"stage": "completed", "timing": by("2025")}, None, "done", None),
        ({"stage": "cancelled", "responsible": []}, None, "cancelled", None),
        ({"stage": "continuous", "timing": by("2025")}, None, "on_track", None),
        ({"responsible": []}, FUNDED, "unknown", "no_owner"),
        ({"timing": Timing(kind="unknown")}, FUNDED, "unknown", "no_date"),
        ({"timing": by("2025"), "responsible": []}, FUNDED, "unknown", "no_owner"),
        ({"timing": Timing(kind="open_ended")}, euros(0), "none_due", None),
        ({"timing": by("2026-11-20"), "stage": "under_way"}, FUNDED, "late", "overdue"),
        ({"timing": by("2026-11-21"), "stage": "under_way"}, FUNDED, "on_track", None),
        ({"timing": by("2026-12-21")}, FUNDED, "at_risk", "not_started"),
        ({"timing": by("2026-12-22")}, FUNDED, "none_due", None),
        ({"stage": "on_hold"}, FUNDED, "at_risk", "on_hold"),
        ({"timing": by("2027-11"), "stage": "under_way"}, euros(999), "on_track", None),
        ({"timing": by("2027-10"), "stage": "under_way"}, euros(999), "at_risk", "not_funded"),
        ({"timing": by("2027-10"), "stage": "under_way", "estimated": None}, euros(0), "on_track", None),
    ],
)
def test_the_first_rule_that_holds_decides(
    fields: dict[str, Any], committed: Money | None, state: str, because: str | None
) -> None:
    found = judge(activity(**fields), committed, TODAY)
    assert (found.state, found.because) == (state, because)


def test_what_nobody_updates_for_half_a_year_is_unknown() -> None:
    kept, stale = (activity(updated_at=NOW - timedelta(days=days)) for days in (180, 181))
    assert judge(kept, None, TODAY).state == "none_due"
    assert judge(stale, None, TODAY).because == "stale"


def test_a_launch_that_did_not_come_is_late() -> None:
    launch = Timing(kind="launch_then_ongoing", start=PartialDate(value="2025"))
    assert judge(activity(timing=launch), FUNDED, TODAY).state == "late"


@pytest.mark.parametrize(
    ("counts", "word"),
    [
        ({"late": 1, "done": 9}, "late"),
        ({"at_risk": 1, "unknown": 3, "on_track": 2}, "at_risk"),
        ({"none_due": 5}, "none_due"),
        ({"none_due": 5, "done": 1}, "on_track"),
        ({"done": 2, "cancelled": 1}, "done"),
        ({}, "unknown"),
    ],
)
def test_an_action_is_called_by_its_worst_activity(counts: dict[Delivery, int], word: str) -> None:
    assert rolled_up(counts) == word
