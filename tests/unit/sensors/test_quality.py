"""Readings judged as they come: with their neighbours, corrected by what comes later, until a device malfunctions."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any

import pytest
from pydantic import ValidationError

from contracts.sensors import Observation
from services.sensors.quality.checks import Checks, judged
from services.sensors.quality.judging import judge
from services.sensors.quality.malfunctions import is_over, malfunction_of

T0 = datetime(2026, 11, 21, 8, 0, tzinfo=UTC)
SPIKES = Checks(spike_suspect=Decimal(25), spike_fail=Decimal(50), fail_low=Decimal(0))


def observations(*values: Any) -> list[Observation]:
    facts = [(None if value is None else Decimal(str(value)), index) for index, value in enumerate(values)]
    return [
        Observation(
            time=T0 + timedelta(minutes=10 * index),
            value=value,
            quality="missing" if value is None else "not_evaluated",
        )
        for value, index in facts
    ]


def test_what_cannot_be_fails_and_what_can_be_is_not_therefore_good() -> None:
    verdicts = [(one.quality, one.failed) for one in judged(observations(-999, 12, None), "ug/m3", None)]
    assert verdicts == [("fail", ["impossible"]), ("not_evaluated", []), ("missing", [])]
    assert [one.quality for one in judged(observations(-999), "Bq/m3", None)] == ["not_evaluated"]
    measured_near_zero = Checks(fail_low=Decimal(-5))
    assert [one.quality for one in judged(observations(-1, -6), "ug/m3", measured_near_zero)] == ["pass", "fail"]


def test_the_next_reading_shows_a_spike() -> None:
    first, high, last = observations(10, 200, 11)
    assert [one.quality for one in judge([high], [first], "ug/m3", SPIKES).fresh] == ["pass"]
    verdict = judge([last], [first, high.model_copy(update={"quality": "pass"})], "ug/m3", SPIKES)
    assert [(one.value, one.quality, one.failed) for one in verdict.corrected] == [(200, "fail", ["spike"])]


@pytest.mark.parametrize("seed", range(5))
def test_one_by_one_and_in_any_order_is_judged_as_the_whole(seed: int) -> None:
    """Whoever is inside has both neighbours in the end, and the verdict of the whole series."""
    chance = Random(seed)
    whole = observations(*(chance.choice([10, 12, 11, 300, 60, None]) for _ in range(40)))
    expected = judged(whole, "ug/m3", SPIKES)
    known: dict[datetime, Observation] = {}
    for one in chance.sample(whole, len(whole)):
        verdict = judge([one], [known[time] for time in sorted(known)], "ug/m3", SPIKES)
        known |= {each.time: each for each in (*verdict.corrected, *verdict.fresh)}
    assert [known[time] for time in sorted(known)][1:-1] == expected[1:-1]


def test_where_too_much_lies_around_a_reading_is_judged_by_its_value() -> None:
    assert [one.quality for one in judge(observations(-1), None, "ug/m3", SPIKES).fresh] == ["fail"]


def flagged(*qualities: str) -> list[Observation]:
    made = observations(*range(len(qualities)))
    return [
        one.model_copy(update={"quality": quality, "failed": ["spike"] if quality == "fail" else []})
        for one, quality in zip(made, qualities, strict=True)
    ]


def test_one_bad_reading_is_an_accident_and_three_of_six_a_malfunction() -> None:
    assert malfunction_of(flagged("pass", "fail", "pass", "fail")) is None
    found = malfunction_of(flagged("fail", "fail", "pass", "suspect", "fail", "pass"))
    assert found is not None
    assert (found.reason, found.since, len(found.evidence)) == ("spike", T0, 3)
    assert not is_over(flagged("pass", "pass", "fail", "pass", "pass", "pass"))
    assert not is_over(flagged("pass", "pass", "missing", "pass", "pass", "pass"))
    assert is_over(flagged("fail", *["pass"] * 6))


def test_a_flat_line_is_a_malfunction_by_itself() -> None:
    checks = Checks(flat_fail_minutes=60, flat_tolerance=Decimal("0.01"))
    found = malfunction_of(judged(observations(1, *[5] * 7), "dB", checks))
    assert found is not None and found.reason == "flat_line"


@pytest.mark.parametrize(
    "wrong",
    [
        {"fail_low": 5, "fail_high": 1},
        {"fail_low": 5, "suspect_low": 1},
        {"flat_fail_minutes": 60},
        {"spike_fail": 0},
        {"spike_method": "median"},
    ],
)
def test_checks_that_make_no_sense_are_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Checks.model_validate(wrong)
