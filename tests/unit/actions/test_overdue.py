"""An activity is overdue after the last day its date may mean, and is said to be so once for each date."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from contracts.values import LocalText, PartialDate, Timing
from services.actions.needs import Need, Stage


def need(stage: Stage = "under_way", **timing: Any) -> Need:
    return Need(
        activity_id="idrija-iap-2025:2.1.1",
        plan_id="idrija-iap-2025",
        plan_version=1,
        number="2.1.1",
        title=LocalText(sl="Oprema", en="Equipment"),
        action_number="2.1",
        action_title=LocalText(sl="Laboratorij", en="Makerspace"),
        territory="SI-036",
        timing=Timing.model_validate(timing),
        stage=stage,
    )


def by(value: str, stage: Stage = "under_way") -> Need:
    return need(stage, kind="by", due={"value": value})


@pytest.mark.parametrize(
    ("value", "in_time", "late"),
    [
        ("2028", date(2028, 12, 31), date(2029, 1, 1)),
        ("2028-02", date(2028, 2, 29), date(2028, 3, 1)),
        ("2028-05-31", date(2028, 5, 31), date(2028, 6, 1)),
    ],
)
def test_a_date_holds_until_the_last_day_it_may_mean(value: str, in_time: date, late: date) -> None:
    assert by(value).tell_overdue(in_time).events == []
    (said,) = by(value).tell_overdue(late).events
    assert said.model_dump()["due"]["value"] == value


def test_it_is_said_once_for_each_date() -> None:
    told = by("2028").tell_overdue(date(2029, 1, 1))
    assert told.tell_overdue(date(2030, 1, 1)) is told
    moved = told.model_copy(update={"timing": by("2029").timing, "events": []})
    assert moved.tell_overdue(date(2029, 6, 1)) is moved, "the new date has not passed"
    assert len(moved.tell_overdue(date(2030, 1, 1)).events) == 1
    back = moved.tell_overdue(date(2030, 1, 1)).model_copy(update={"timing": told.timing})
    assert back.tell_overdue(date(2030, 1, 2)) is back, "this date's passing was told"


@pytest.mark.parametrize("stage", ["completed", "continuous", "cancelled"])
def test_what_is_settled_is_never_overdue(stage: Stage) -> None:
    settled = by("2028", stage)
    assert settled.tell_overdue(date(2040, 1, 1)) is settled


def test_a_launch_is_a_promise_and_an_open_end_is_none() -> None:
    launch = need(kind="launch_then_ongoing", start={"value": "2026"})
    (said,) = launch.tell_overdue(date(2027, 1, 1)).events
    assert said.model_dump()["launch"] is True
    for kind in ("ongoing", "open_ended", "unknown"):
        endless = need(kind=kind, not_before=PartialDate(value="2026"))
        assert endless.tell_overdue(date(2040, 1, 1)) is endless
