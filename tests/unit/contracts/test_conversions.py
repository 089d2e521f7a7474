"""One event in another version of itself."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from contracts import conversions
from contracts.examples import EXAMPLES
from contracts.funding import (
    CallFacts,
    CallPublishedV1,
    CallPublishedV2,
    CallWithdrawnV1,
    Deadline,
    YearBudget,
)
from contracts.registry import contracts
from contracts.values import Money

NOW = datetime(2026, 11, 21, tzinfo=UTC)
V1, V2 = CallPublishedV1.contract, CallPublishedV2.contract


def at(days: int) -> datetime:
    return NOW + timedelta(days=days)


def call(**facts: object) -> CallPublishedV2:
    return CallPublishedV2.model_validate({"call_id": "call-a", "title": "A call", "source": "gov-si", **facts})


def test_both_versions_are_said_until_the_day_of_the_sunset_and_the_newer_one_after_it() -> None:
    assert V1.sunset is not None
    last = datetime.combine(V1.sunset, datetime.min.time(), tzinfo=UTC)
    assert [type(each) for each in conversions.as_said(call(), last)] == [CallPublishedV2, CallPublishedV1]
    assert [type(each) for each in conversions.as_said(call(), last + timedelta(days=1))] == [CallPublishedV2]


def test_an_old_version_said_by_itself_stays_alone() -> None:
    alone = CallPublishedV1(call_id="call-a", title="A call", source="gov-si")
    assert conversions.as_said(alone, NOW) == [alone]


@pytest.mark.parametrize(
    ("kinds", "days", "met"),
    [
        (["cut_off", "cut_off", "cut_off"], [-1, 5, 9], 5),
        (["stage", "stage"], [-1, 5], -1),
        (["single"], [-3], -3),
        (["cut_off", "cut_off"], [-9, -3], -3),
        ([], [], None),
    ],
)
def test_version_1_gets_the_deadline_that_had_to_be_met(kinds: list[str], days: list[int], met: int | None) -> None:
    deadlines = [
        Deadline(at=at(day), kind=kind, phrase=f"in {day} days") for kind, day in zip(kinds, days, strict=True)
    ]
    told = conversions.convert(call(deadlines=deadlines, deadline_phrase="see the text"), V1, NOW)
    assert isinstance(told, CallPublishedV1)
    assert told.deadline == (None if met is None else at(met))
    assert told.deadline_phrase == ("see the text" if met is None else f"in {met} days")


def test_the_example_of_version_2_is_said_as_the_example_of_version_1() -> None:
    assert conversions.convert(EXAMPLES[V2.type], V1, NOW) == EXAMPLES[V1.type]


@pytest.mark.parametrize("deadline", [at(3), None])
def test_a_stored_version_1_comes_back_from_version_2_as_it_was(deadline: datetime | None) -> None:
    euros = Money(amount=Decimal("5.00"))
    facts = CallFacts(
        call_id="call-a", title="A call", source="gov-si", deadline=deadline, deadline_phrase="3 days", budget=euros
    )
    stored = CallPublishedV1(**facts.model_dump())
    read = conversions.convert(stored, V2, NOW)
    assert isinstance(read, CallPublishedV2)
    assert read.budget_by_year == []
    assert [(each.at, each.kind, each.hour_stated) for each in read.deadlines] == (
        [(deadline, "unknown", None)] if deadline else []
    )
    assert conversions.convert(read, V1, NOW) == stored


def test_what_version_1_cannot_say_is_left_out_and_the_whole_stays() -> None:
    years = [
        YearBudget(year=2027, amount=Money(amount=Decimal(2))),
        YearBudget(year=2028, amount=Money(amount=Decimal(3))),
    ]
    told = conversions.convert(call(budget=Money(amount=Decimal(5)), budget_by_year=years), V1, NOW)
    assert isinstance(told, CallPublishedV1)
    assert told.budget == Money(amount=Decimal(5))


def test_another_event_is_no_version() -> None:
    assert not conversions.convertible(CallWithdrawnV1.contract, V1)
    with pytest.raises(LookupError, match=r"call\.withdrawn\.v1 into cinnabar\.funding\.call\.published\.v1"):
        conversions.convert(CallWithdrawnV1(call_id="call-a", title="A call"), V1, NOW)


def test_steps_lead_between_neighbours_only() -> None:
    with pytest.raises(ValueError, match="no neighbouring versions"):
        conversions.converts(CallWithdrawnV1, CallPublishedV2)


def test_every_version_has_its_steps_and_a_missing_one_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    assert conversions.missing_steps(contracts()) == []
    monkeypatch.delitem(conversions._steps, (V1.type, V2.type))
    assert conversions.missing_steps(contracts()) == [
        f"nothing turns {V1.type} into {V2.type}: add a step to contracts/conversions/funding.py"
    ]
