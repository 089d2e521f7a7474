"""When a limit counts as exceeded, when that is over, and what says nothing: bad, missing and late readings."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from pydantic import ValidationError

from contracts.sensors import Observation
from services.sensors.thresholds.levels import air_quality_bands
from services.sensors.thresholds.threshold import Crossing, Rule, Threshold

T0 = datetime(2026, 11, 21, 8, 0, tzinfo=UTC)


def threshold(**changes: Any) -> Threshold:
    return Threshold.model_validate(
        {"id": "t", "set_by": "x", "name": "n", "direction": "above", "limit": 50} | changes
    )


def observations(*values: Any, start: int = 0) -> list[Observation]:
    """One every ten minutes; None is a gap, and a text such as '99 fail' a value with its quality."""
    made = []
    for index, value in enumerate(values):
        number, _, quality = str(value).partition(" ")
        facts = {"value": None if value is None else Decimal(number), "quality": quality or "not_evaluated"}
        made.append(Observation.model_validate(facts | {"time": T0 + timedelta(minutes=10 * (start + index))}))
    return made


def told(crossings: list[Crossing]) -> list[str]:
    return [f"out {one.exceedance.value}" if one.cleared_at is None else f"back {one.value}" for one in crossings]


@pytest.mark.parametrize(
    ("rule", "values", "expected"),
    [
        pytest.param({}, [50, 51, 60, 50, 49], ["out 51", "back 50"], id="the limit itself is within"),
        pytest.param({"direction": "below"}, [50, 49, 50], ["out 49", "back 50"], id="below"),
        pytest.param({"hysteresis": 5}, [51, 49, 51, 46, 45, 51], ["out 51", "back 45", "out 51"], id="hysteresis"),
        pytest.param(
            {"direction": "below", "hysteresis": 5}, [49, 51, 55], ["out 49", "back 55"], id="hysteresis below"
        ),
        pytest.param({"readings": 3}, [51, 52, 50, 51, 52, 53], ["out 53"], id="so many in a row"),
        pytest.param({"minutes": 20}, [51, 52, 53], ["out 53"], id="for so long"),
        pytest.param({"readings": 2}, [51, None, 52], ["out 52"], id="a gap neither counts nor interrupts"),
        pytest.param({}, ["99 fail", "99 suspect", "51 pass"], ["out 51"], id="bad readings say nothing"),
        pytest.param({"readings": 2}, [51, "1 fail", 52], ["out 52"], id="nor do they interrupt"),
    ],
)
def test_what_counts(rule: dict[str, Any], values: list[Any], expected: list[str]) -> None:
    whole, crossings = threshold(**rule).judge(observations(*values))
    assert told(crossings) == expected
    by_one, each = threshold(**rule), list[Crossing]()
    for one in observations(*values):
        by_one, crossed = by_one.judge([one])
        each += crossed
    assert (by_one, each) == (whole, crossings), "however they are sent"


def test_what_comes_late_neither_opens_nor_ends_anything() -> None:
    after, _ = threshold().judge(observations(40, start=10))
    after, crossings = after.judge(observations(99))
    assert crossings == []
    after, crossings = after.judge(observations(60, start=11))
    assert told(crossings) == ["out 60"]
    assert after.judge(observations(1, start=5)) == (after, [])


def test_an_exceedance_keeps_what_was_before_and_the_farthest() -> None:
    after, (crossing,) = threshold(readings=2).judge(observations(40, 60, 55, 80, 70))
    assert after.exceedance is not None
    assert (after.exceedance.since, after.exceedance.readings) == (T0 + timedelta(minutes=10), 2)
    assert (crossing.exceedance.before, crossing.exceedance.extreme, after.exceedance.extreme) == (40, 60, 80)


def test_another_rule_begins_anew() -> None:
    exceeded, _ = threshold().judge(observations(60))
    after = exceeded.edited(Rule(name="n", direction="above", limit=Decimal(100)), "y")
    assert (after.exceedance, after.revision, after.set_by, after.limit) == (None, 2, "y", 100)
    assert told(after.judge(observations(99, 101, start=1))[1]) == ["out 101"]


@pytest.mark.parametrize("wrong", [{"limit": "NaN"}, {"hysteresis": -1}, {"readings": 0}, {"name": " "}])
def test_what_is_no_rule_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        threshold(**wrong)


def test_the_index_speaks_of_its_own_unit_only() -> None:
    assert air_quality_bands("pm10", "ug/m3")[2] == ("poor", 50)
    assert air_quality_bands("pm10", "mg/m3") == air_quality_bands("noise", "dB") == []
