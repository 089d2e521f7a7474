"""What was won as 360Giving grants, held to the shape the standard's schema asks for."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from jsonschema import Draft202012Validator

from contracts.values import Money, PartialDate
from services.funding.ledger.rows import SettledRow
from services.funding.obligations.awards import Award
from services.funding.obligations.commitments import Commitment, Payment
from services.funding.obligations.giving import Publisher, Won, package

NOW = datetime(2027, 3, 1, 9, 0, tzinfo=UTC)
IDRIJA = Publisher("idrija", "Občina Idrija", "https://cinnabar.example")
_DAY = {"type": "string", "pattern": r"^\d{4}-\d{2}-\d{2}$"}
_PARTIAL = {"type": "string", "pattern": r"^\d{4}(-\d{2}(-\d{2})?)?$"}
_AMOUNT = {"type": "number", "minimum": 0}
_ORGANISATIONS = {
    "type": "array",
    "minItems": 1,
    "items": {
        "type": "object",
        "required": ["id", "name"],
        "properties": {"id": {"type": "string", "pattern": "^[a-z0-9-]+$"}, "name": {"type": "string", "minLength": 1}},
    },
}
PACKAGE = Draft202012Validator(
    {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "type": "object",
        "required": ["version", "issued", "publisher", "grants"],
        "properties": {
            "version": {"const": "1.4"},
            "issued": _DAY,
            "publisher": {"type": "object", "required": ["name"]},
            "grants": {
                "type": "array",
                "uniqueItems": True,
                "items": {
                    "type": "object",
                    "additionalProperties": False,
                    "required": [
                        *("id", "title", "description", "currency", "amountAwarded", "awardDate"),
                        *("fundingOrganization", "recipientOrganization"),
                    ],
                    "properties": {
                        "id": {"type": "string"},
                        "title": {"type": "string", "maxLength": 140},
                        "description": {"type": "string", "minLength": 1},
                        "currency": {"type": "string", "pattern": "^[A-Z]{3}$"},
                        "awardDate": _DAY,
                        "amountAwarded": _AMOUNT,
                        "amountAppliedFor": _AMOUNT,
                        "amountDisbursed": _AMOUNT,
                        "fundingOrganization": _ORGANISATIONS,
                        "recipientOrganization": _ORGANISATIONS,
                        "plannedDates": {
                            "type": "array",
                            "items": {"properties": {"startDate": _PARTIAL, "endDate": _PARTIAL}},
                        },
                        "fromOpenCall": {"enum": ["Yes", "No"]},
                    },
                },
            },
        },
    }
)


def eur(amount: str) -> Money:
    return Money(amount=Decimal(amount), currency="EUR")


def contract(**given: Any) -> Award:
    known: dict[str, Any] = {
        "award_id": "a1", "title": "Studio", "funder": "Ministrstvo za kulturo", "contract_reference": "C3340-27-1",
        "amount": eur("12000.50"),
        "signed_on": PartialDate(value="2027-02-01"), "ends_on": PartialDate(value="2028-01"),
        "owner": "officer@idrija.example", "recorded_by": "officer@idrija.example",
    }  # fmt: skip
    return Award(**{**known, **given})


def exported(*won: Won) -> dict[str, Any]:
    made = package(won, IDRIJA, NOW)
    assert [error.message for error in PACKAGE.iter_errors(made)] == []
    return made


def test_a_contract_is_a_grant_with_what_was_asked_awarded_and_paid() -> None:
    rows = [
        *(SettledRow(source="eu", amount=eur("10000.50")), SettledRow(source="state", amount=eur("3000.00"))),
        SettledRow(source="own", amount=eur("2000.00")),
    ]
    paid = Payment(
        payment_id="p", kind="received", amount=eur("4000.00"), on=PartialDate(value="2027-05"), recorded_by="x"
    )
    commitment = Commitment(
        commitment_id="c", activity_id="a", activity_number="2.1.1", amount=eur("12000.50"), source_class="eu",
        made_by="x", payments=[paid],
    )  # fmt: skip
    won = Won(contract(call_id="call-1"), asked=rows, state="reporting", commitments=[commitment])
    (grant,) = exported(won)["grants"]
    assert (grant["amountAppliedFor"], grant["amountAwarded"], grant["amountDisbursed"]) == (13000.5, 12000.5, 4000.0)
    assert grant["plannedDates"] == [{"startDate": "2027-02-01", "endDate": "2028-01"}]
    assert (grant["id"], grant["fromOpenCall"]) == ("cinnabar-idrija-a1", "Yes")
    assert grant["recipientOrganization"] == [{"id": "cinnabar-idrija-obcina-idrija", "name": "Občina Idrija"}]
    assert "officer@idrija.example" not in str(grant), "no names of people"


def test_what_is_not_known_is_not_given_and_what_cannot_be_stated_is_left_out_with_its_reason() -> None:
    asked = [SettledRow(source="eu", amount=eur("1.00")), SettledRow(source="state")]
    made = exported(
        Won(contract(amount=None, award_id="from-the-application"), granted=eur("7.00"), asked=asked),
        Won(contract(amount=None, award_id="no-amount")),
        Won(contract(signed_on=PartialDate(value="2027"), award_id="no-day")),
        Won(contract(award_id="not-yet"), state="submitted"),
    )
    (grant,) = made["grants"]
    assert grant["amountAwarded"] == 7.0
    assert not {"amountAppliedFor", "amountDisbursed", "fromOpenCall"} & grant.keys()
    assert {each["id"]: each["reason"] for each in made["leftOut"]} == {
        "cinnabar-idrija-no-amount": "the amount awarded is not known",
        "cinnabar-idrija-no-day": "the day of the contract is not known",
        "cinnabar-idrija-not-yet": "its application is not under contract",
    }
