from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from contracts.funding import CallChangedV1, CallPublishedV2, CallWithdrawnV1, YearBudget
from contracts.values import Money
from services.funding.calls import Call
from services.funding.calls.changes import compare
from services.funding.identity import call_id
from services.funding.sources.parsed_call import Deadline, Grounds, ParsedCall, Unread

Build = Callable[..., ParsedCall]


def at(month: int, day: int, hour: int = 12) -> datetime:
    return datetime(2027, month, day, hour, tzinfo=UTC)


def known(parsed: ParsedCall, now: datetime) -> Call:
    call = Call.first_seen(parsed, now)
    call.events = []
    return call


def test_the_same_call_has_the_same_id_and_others_another() -> None:
    assert call_id("gov.si", "430-1/2026") == call_id("gov.si", " 430-1/2026 ")
    assert len({call_id("gov.si", "1"), call_id("gov.si", "2"), call_id("eu-portal", "1"), call_id("gov.si1", "")}) == 4


def test_a_new_call_is_announced_once_with_its_facts(parsed: Build, now: datetime) -> None:
    reading = parsed(title="Obnova stavb kulturne dediščine", deadlines=[Deadline(at=at(3, 15))])
    call = Call.first_seen(reading, now)
    (event,) = call.events
    assert isinstance(event, CallPublishedV2)
    assert (event.call_id, [each.at for each in event.deadlines], event.status) == (call.call_id, [at(3, 15)], "open")
    assert "cultural_heritage" in event.themes
    call.events = []
    assert call.read_again(reading, now + timedelta(days=1)) == []
    assert (call.events, call.version) == ([], 0)
    assert call.last_seen_at == now + timedelta(days=1)


def test_every_cut_off_and_the_money_of_every_year_are_announced(parsed: Build, now: datetime) -> None:
    years = [YearBudget(year=2027, amount=Money(amount=Decimal(5)))]
    dates = [Deadline(at=at(3, 15), kind="cut_off", phrase="15. 3."), Deadline(at=at(9, 15), kind="cut_off")]
    (event,) = Call.first_seen(parsed(deadlines=dates, budget_by_year=years), now).events
    assert isinstance(event, CallPublishedV2)
    assert [each.model_dump() for each in event.deadlines] == [each.model_dump() for each in dates]
    assert event.budget_by_year == years


@pytest.mark.parametrize("status", ["closed", "withdrawn"])
def test_a_call_that_is_over_is_kept_but_not_announced_until_it_opens(
    parsed: Build, now: datetime, status: str
) -> None:
    call = Call.first_seen(parsed(status=status), now)
    assert call.events == []
    call.read_again(parsed(status="open"), now)
    assert [type(event) for event in call.events] == [CallPublishedV2]


@pytest.mark.parametrize(
    ("field", "before", "after", "name", "words"),
    [
        (
            "deadlines",
            [Deadline(at=at(3, 15))],
            [Deadline(at=at(2, 1))],
            "deadline",
            ("2027-03-15 13:00", "2027-02-01 13:00"),
        ),
        ("co_financing_rate", Decimal("0.8"), Decimal("0.625"), "co_financing_rate", ("80 %", "62.5 %")),
        (
            "max_amount",
            Money(amount=Decimal(100)),
            Money(amount=Decimal(50)),
            "max_amount",
            ("100.00 EUR", "50.00 EUR"),
        ),
        (
            "eligible_applicants",
            ["farm"],
            ["government_municipal"],
            "eligible_applicants",
            ("farm", "government_municipal"),
        ),
        ("territory", "SI", "SI03", "territory", ("SI", "SI03")),
        ("status", "forecast", "open", "status", ("forecast", "open")),
    ],
)
def test_a_material_change_is_told_before_and_after(
    parsed: Build, now: datetime, field: str, before: object, after: object, name: str, words: tuple[str, str]
) -> None:
    call = known(parsed(**{field: before}), now)
    call.read_again(parsed(**{field: after}), now)
    (event,) = call.events
    assert isinstance(event, CallChangedV1)
    assert event.material
    (change,) = event.changes
    assert (change.field, change.before, change.after) == (name, *words)


def test_other_wording_is_told_as_not_material(parsed: Build, now: datetime) -> None:
    call = known(parsed(description="Stare stavbe."), now)
    call.read_again(parsed(description="Stare in nove stavbe."), now)
    (event,) = call.events
    assert isinstance(event, CallChangedV1)
    assert not event.material


def test_wording_of_money_order_and_white_space_are_no_change(parsed: Build, now: datetime) -> None:
    before = parsed(
        max_amount=Money(amount=Decimal(5), phrase="5 EUR"), description="a  b", eligible_applicants=["farm", "school"]
    )
    after = parsed(
        max_amount=Money(amount=Decimal("5.00"), phrase="5,00 €"),
        description="a b",
        eligible_applicants=["school", "farm"],
    )
    assert compare(Call.first_seen(before, now), Call.first_seen(after, now)) == []


def test_what_a_reading_could_not_speak_of_still_stands(parsed: Build, now: datetime) -> None:
    rate = Decimal("0.8")
    call = known(parsed(co_financing_rate=rate, territory="SI"), now)
    doubt = Unread(field="territory", phrase="?", reason="unreadable")
    assert call.read_again(parsed(not_read=["co_financing_rate"], unread=[doubt]), now) == []
    assert (call.co_financing_rate, call.territory, call.unread) == (rate, "SI", [doubt])
    assert [change.field for change in call.read_again(parsed(territory="SI"), now)] == ["co_financing_rate"]


def test_a_revoked_call_is_withdrawn_once_and_stays_so_when_listed_as_closed(parsed: Build, now: datetime) -> None:
    call = known(parsed(), now)
    call.read_again(parsed(status="withdrawn", status_phrase="Preklic javnega razpisa"), now)
    (event,) = call.events
    assert isinstance(event, CallWithdrawnV1)
    assert event.reason == "Preklic javnega razpisa"
    call.events = []
    call.read_again(parsed(status="closed"), now)
    assert (call.status, call.events) == ("withdrawn", [])


def test_a_correction_by_hand_outlives_the_same_reading(parsed: Build, now: datetime) -> None:
    call = known(parsed(co_financing_rate=Decimal("0.5")), now)
    call.correct({"co_financing_rate": "0.8"}, by="tadej", now=now)
    assert [type(event) for event in call.events] == [CallChangedV1]
    call.events = []
    assert call.read_again(parsed(co_financing_rate=Decimal("0.5")), now) == []
    assert (call.co_financing_rate, call.conflicts) == (Decimal("0.8"), [])
    assert call.provenance["co_financing_rate"].source == "tadej"


def test_themes_a_person_set_outlive_other_texts_and_follow_from_them_again_when_let_go(
    parsed: Build, now: datetime
) -> None:
    call = known(parsed(title="Javni razpis za turizem"), now)
    assert call.themes == ["tourism"]
    (change,) = call.correct({"themes": ["youth"]}, by="tadej", now=now)
    assert (change.field, change.before, change.after, change.material) == ("themes", "tourism", "youth", False)
    call.read_again(parsed(title="Javni razpis za turizem in kulturno dediščino"), now)
    assert (call.themes, call.conflicts) == (["youth"], [])
    call.let_go("themes", now)
    assert {"tourism", "cultural_heritage"} <= set(call.themes)


def test_a_new_word_of_the_source_on_a_corrected_field_is_told_and_not_taken(parsed: Build, now: datetime) -> None:
    call = known(parsed(deadlines=[Deadline(at=at(3, 1))]), now)
    call.correct({"deadlines": [Deadline(at=at(3, 8)).model_dump()]}, by="tadej", now=now)
    call = Call.model_validate_json(call.model_dump_json())
    (change,) = call.read_again(parsed(deadlines=[Deadline(at=at(2, 1))]), now)
    assert (change.field, change.before, change.after, change.material) == (
        "deadline",
        "2027-03-01 13:00",
        "2027-02-01 13:00",
        True,
    )
    assert call.deadlines[0].at == at(3, 8)
    (conflict,) = call.conflicts
    assert (conflict.kind, conflict.against_by) == ("correction", "tadej")
    assert call.read_again(parsed(deadlines=[Deadline(at=at(2, 1))]), now) == []
    assert call.conflicts == [conflict]
    call.let_go("deadlines", now)
    assert (call.deadlines[0].at, call.conflicts) == (at(2, 1), [])


def test_what_a_person_sets_at_once_is_told_as_one_change(parsed: Build, now: datetime) -> None:
    call = known(parsed(), now)
    call.correct({"title": "Razpis za mlade", "co_financing_rate": "0.8"}, by="tadej", now=now)
    (event,) = call.events
    assert isinstance(event, CallChangedV1)
    assert [change.field for change in event.changes] == ["title", "co_financing_rate", "themes"], (
        "themes follow from it"
    )


def test_only_fields_of_a_source_can_be_corrected_and_only_with_fitting_values(parsed: Build, now: datetime) -> None:
    call = known(parsed(), now)
    with pytest.raises(ValueError, match="cannot be corrected"):
        call.correct({"version": 7}, by="tadej", now=now)
    with pytest.raises(ValueError, match="co_financing_rate"):
        call.correct({"co_financing_rate": "much"}, by="tadej", now=now)
    assert (call.corrections, call.events) == ({}, [])


def test_a_newcomer_has_to_meet_the_first_stage_or_the_next_cut_off(parsed: Build) -> None:
    stages = [Deadline(at=at(1, 10), kind="stage"), Deadline(at=at(6, 10), kind="stage")]
    cut_offs = [Deadline(at=at(1, 10), kind="cut_off"), Deadline(at=at(6, 10), kind="cut_off")]
    spring = at(3, 1)
    for deadlines, expected in ((stages, at(1, 10)), (cut_offs, at(6, 10))):
        deadline = Call.first_seen(parsed(deadlines=deadlines), spring).deadline(spring)
        assert deadline is not None
        assert deadline.at == expected


def test_the_next_cut_off_is_told_though_the_source_changed_nothing(parsed: Build) -> None:
    reading = parsed(deadlines=[Deadline(at=at(1, 10), kind="cut_off"), Deadline(at=at(6, 10), kind="cut_off")])
    call = known(reading, at(1, 1))
    (change,) = call.read_again(reading, at(2, 1))
    assert (change.field, change.material) == ("deadline", False)
    assert call.read_again(reading, at(2, 2)) == []


@pytest.mark.parametrize(("status", "deadline"), [("open", at(1, 10)), ("closed", at(6, 10))])
def test_status_against_dates_is_a_conflict_and_both_are_kept(parsed: Build, status: str, deadline: datetime) -> None:
    now = at(3, 1)
    call = Call.first_seen(parsed(status=status, deadlines=[Deadline(at=deadline)]), now)
    (conflict,) = call.conflicts_at(now)
    assert (conflict.field, call.status) == ("status", status)
    rolling = parsed(status="open", deadlines=[Deadline(at=deadline)], until_funds_run_out=True)
    assert Call.first_seen(rolling, now).conflicts_at(now) == []


def test_every_value_says_what_it_rests_on(parsed: Build, now: datetime) -> None:
    inferred = Grounds(basis="inferred", evidence="a ministry's call")
    call = Call.first_seen(parsed(territory="SI", grounds={"territory": inferred}), now)
    assert call.provenance["territory"].grounds == inferred
    assert call.provenance["title"].grounds.basis == "stated"
    assert "co_financing_rate" not in call.provenance


def test_another_call_is_not_taken_for_this_one(parsed: Build, now: datetime) -> None:
    with pytest.raises(ValueError, match="is not the call"):
        known(parsed(), now).read_again(parsed(key="another"), now)


def test_events_are_not_stored_with_the_call(parsed: Build, now: datetime) -> None:
    call = Call.first_seen(parsed(deadlines=[Deadline(at=at(3, 1))]), now)
    again = Call.model_validate_json(call.model_dump_json())
    assert again.events == []
    assert again.facts(now) == call.facts(now)
