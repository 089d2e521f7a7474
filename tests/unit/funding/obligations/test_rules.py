"""Which obligations a contract brings, and when they are due: computed by hand."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from contracts.funding import ObligationChangedV1
from contracts.values import Money, PartialDate
from services.funding.ledger.months import Month
from services.funding.ledger.refusal import Contradicted, Refused
from services.funding.obligations.agenda import by_month, late_first
from services.funding.obligations.awards import Award
from services.funding.obligations.obligations import ClosingForm, EditForm, Obligation
from services.funding.obligations.rules import calendar_of
from services.funding.parameters import ParameterForm, Parameters, new_parameter

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
RULES = {
    "signage_days": 30, "report_every_months": 6, "report_days_after_period": 15, "claim_every_months": 4,
    "final_report_days": 60, "indicator_every_months": 12, "durability_years": 5, "retention_years": 10,
}  # fmt: skip


def rules(**changes: int | None) -> Parameters:
    every = {**RULES, **changes}
    return Parameters(
        [
            new_parameter(code, "").record(
                ParameterForm(
                    code=code, number=Decimal(number), valid_from=PartialDate(value="2026"), source="call's manual"
                ),
                "v0", "maja", NOW,
            )
            for code, number in every.items()
            if number is not None
        ]
    )  # fmt: skip


def award(ends: str | None = "2028-01-31", signed: str = "2027-02-01") -> Award:
    return Award(
        award_id="award-1", title="Makerspace", funder="MGTŠ", signed_on=PartialDate(value=signed),
        ends_on=PartialDate(value=ends) if ends else None, owner="maja", recorded_by="maja",
    )  # fmt: skip


def dues(found: list[Obligation], kind: str) -> list[str | None]:
    return [each.due.value if each.due else None for each in found if each.kind == kind]


def test_a_year_long_contract() -> None:
    found = calendar_of(award(), rules()).obligations
    assert dues(found, "signage") == ["2027-03-03"]
    assert dues(found, "claim") == ["2027-05-31", "2027-09-30", "2028-01-31"]
    assert dues(found, "progress_report") == ["2027-08-15", "2028-02-15"]
    assert dues(found, "final_report") == ["2028-03-31"]
    assert dues(found, "indicators") == [f"{year}-01-31" for year in range(2029, 2034)]
    assert dues(found, "durability") == ["2033-01-31"]
    assert dues(found, "retention") == ["2038-01-31"]
    assert all(each.owner == "maja" and each.rule and each.rule.source == "call's manual" for each in found)


def test_dates_are_told_no_more_precisely_than_the_contract() -> None:
    found = calendar_of(award(ends="2028"), rules()).obligations
    assert dues(found, "durability") == ["2033"]
    assert dues(found, "final_report") == ["2029"]


def test_without_an_end_nothing_is_dated_that_counts_from_it() -> None:
    found = calendar_of(award(ends=None), rules()).obligations
    assert dues(found, "signage") == ["2027-03-03"]
    assert {each.kind for each in found if each.due is None} == {
        "claim", "progress_report", "final_report", "indicators", "durability", "retention",
    }  # fmt: skip


def test_a_rule_nobody_recorded_is_said_to_be_lacking() -> None:
    drawn = calendar_of(award(), rules(durability_years=None, signage_days=None))
    assert {each.kind for each in drawn.lacking} == {"signage", "indicators"}
    assert not dues(drawn.obligations, "durability")
    assert calendar_of(award(signed="2025-02-01", ends="2025-12-31"), rules()).obligations == []


def test_claims_ask_for_what_was_paid_by_then_and_the_rest_is_told() -> None:
    theirs = {Month(2027, 3): Decimal("100.00"), Month(2027, 6): Decimal("20.00"), Month(2028, 3): Decimal("7.00")}
    drawn = calendar_of(award(), rules(), theirs)
    amounts = [each.amount for each in drawn.obligations if each.kind == "claim"]
    assert amounts == [Money(amount=Decimal(amount)) for amount in ("100.00", "20.00")]
    late, empty = drawn.lacking
    assert late.text.en == "7.00 EUR is paid after the last claim (2028-01-31), and no claim asks for it."
    assert empty.text.en.startswith("For the periods until 2028-01-31 there is no claim")


def test_a_claim_of_nothing_is_not_due() -> None:
    claim = one(due="2020-01").model_copy(update={"kind": "claim", "amount": Money(amount=Decimal("0.00"))})
    assert not claim.late(date(2027, 1, 1))
    assert claim.model_copy(update={"amount": Money(amount=Decimal(1))}).late(date(2027, 1, 1))


def one(due: str | None = "2027-03") -> Obligation:
    return Obligation(
        obligation_id="o-1", award_id="award-1", kind="signage", title={"sl": "Označitev", "en": "Signs"},  # type: ignore[arg-type]
        due=PartialDate(value=due) if due else None, owner="maja",
    )  # fmt: skip


def test_late_is_when_its_last_day_is_over() -> None:
    assert not one().late(date(2027, 3, 31))
    assert one().late(date(2027, 4, 1))
    assert not one(None).late(date(2030, 1, 1))


def test_done_needs_evidence_of_the_past_and_says_so() -> None:
    with pytest.raises(Refused, match="has not come yet"):
        one().close(
            ClosingForm(state="done", on=PartialDate(value="2027-06-01"), evidence="photo"),
            date(2027, 5, 1),
            "maja",
            NOW,
        )
    done = one().close(ClosingForm(state="done", evidence="photo 17"), date(2027, 5, 1), "maja", NOW)
    assert isinstance(done.events[0], ObligationChangedV1)
    assert (done.events[0].state, done.late(date(2028, 1, 1))) == ("done", False)
    with pytest.raises(Contradicted, match="it is done"):
        done.edit(EditForm(owner="tomaž"))
    assert done.reopen().state == "open"


def test_a_persons_date_stands_when_the_contract_moves() -> None:
    edited = one().edit(EditForm(due=PartialDate(value="2027-04-15")))
    assert edited.redraft(one("2027-06")) is edited
    moved = one().redraft(one("2027-06"))
    assert moved.due == PartialDate(value="2027-06")
    waived = one().outdated(date(2027, 1, 1), NOW)
    assert waived.state == "waived"
    assert waived.redraft(one("2027-06")).state == "open", "it comes back when the contract asks for it again"


def test_the_agenda_runs_by_month_with_what_has_no_date_last() -> None:
    slots = by_month([one(None), one("2028"), one("2027-03-05"), one("2027-03")])
    assert [slot.when.value if slot.when else None for slot in slots] == ["2027-03", "2028", None]
    assert len(late_first([one("2027-01"), one("2029")], date(2028, 1, 1))) == 1
