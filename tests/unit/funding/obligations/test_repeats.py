"""Money is committed once: by hand beside a contract, or by a contract beside what was typed in."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from services.funding.ledger.refusal import Contradicted
from services.funding.obligations.commitments import Commitment, CommitmentForm, WithdrawalForm, made
from services.funding.obligations.repeats import contradicted_by_contract, refuse_repeated, repeated

NOW = datetime(2027, 11, 24, 9, 0, tzinfo=UTC)


def form(amount: str, number: str | None, kind: str = "eu", activity: str = "a") -> CommitmentForm:
    facts = {"activity_id": activity, "amount": {"amount": amount}, "source_class": kind, "decision_reference": number}
    return CommitmentForm.model_validate(facts)


def committed(amount: str, number: str | None) -> Commitment:
    return made(form(amount, number), "c", "4.1.1", "officer")


@pytest.mark.parametrize(
    ("number", "typed"),
    [
        ("430-12/2027", form("9.00", " 430 - 12 / 2027")),
        ("430-12/2027", form("100.00", None)),
        (None, form("100.00", "430-12/2027")),
        (None, form("100.00", None)),
    ],
)
def test_the_same_money_is_refused_with_what_stands_and_what_to_do(number: str | None, typed: CommitmentForm) -> None:
    with pytest.raises(Contradicted) as refused:
        refuse_repeated(typed, [committed("100.00", number)])
    (mistake,) = refused.value.mistakes
    assert mistake.field == "decision_reference"
    assert "100.00 EUR" in mistake.message and "annex" in mistake.mend
    assert "100,00 EUR" in str(mistake.sl)


@pytest.mark.parametrize(
    "other",
    [
        form("100.00", "430-13/2027"),
        form("100.00", "430-12/2027", kind="regional_national"),
        form("100.00", "430-12/2027", activity="b"),
        form("99.00", None),
    ],
)
def test_other_money_is_not(other: CommitmentForm) -> None:
    refuse_repeated(other, [committed("100.00", "430-12/2027")])


def test_what_was_withdrawn_may_be_committed_anew() -> None:
    gone = committed("100.00", "430-12/2027").withdraw(WithdrawalForm(reason="call revoked"), "officer", NOW)
    refuse_repeated(form("100.00", "430-12/2027"), [gone])


def test_a_contract_takes_over_what_was_typed_in_and_tells_what_differs() -> None:
    contract = form("100.00", "430-12/2027")
    same = repeated(contract, [committed("100.00", "430-12/2027")])
    assert contradicted_by_contract(contract, same) is None
    for differs, words in (
        (committed("90.00", "430-12/2027"), "90.00 EUR"),
        (committed("100.00", None), "without the"),
    ):
        lacking = contradicted_by_contract(contract, repeated(contract, [differs]))
        assert lacking is not None
        assert lacking.kind == "commitment" and words in lacking.text.en
