"""What a person types into a form: read exactly, or refused with the mend."""

from __future__ import annotations

from decimal import Decimal

import pytest

from services.funding.ledger.refusal import Refused
from services.funding.ledger.typed import typed_amount, typed_date, typed_share


@pytest.mark.parametrize(
    ("text", "amount"),
    [("1.250.000,50", "1250000.50"), ("1.250.000,50 €", "1250000.50"), ("EUR 34500", "34500"), ("12 000,5", "12000.5"),
     ("0", "0")],
)  # fmt: skip
def test_amounts_as_a_slovenian_types_them(text: str, amount: str) -> None:
    money = typed_amount(text, "amount")
    assert money is not None
    assert (money.amount, money.currency) == (Decimal(amount), "EUR")


def test_an_empty_field_is_unknown_and_not_zero() -> None:
    assert typed_amount("  ", "amount") is None
    assert typed_share("", "rate") is None
    assert typed_date("", "paid") is None


@pytest.mark.parametrize("text", ["-5", "−5,00", "1.25", "5,000", "$100", "100 USD", "about 5", "1e9", "NaN"])
def test_what_may_mean_two_amounts_or_none_is_refused(text: str) -> None:
    with pytest.raises(Refused) as caught:
        typed_amount(text, "amount")
    assert caught.value.mistakes[0].field == "amount"
    assert caught.value.mistakes[0].mend


def test_shares_in_per_cent() -> None:
    assert typed_share("85 %", "rate") == Decimal("0.85")
    assert typed_share("72,5", "rate") == Decimal("0.725")
    with pytest.raises(Refused, match="more than 100 %"):
        typed_share("101", "rate")


@pytest.mark.parametrize(
    ("text", "value"),
    [("31. 12. 2027", "2027-12-31"), ("5/2027", "2027-05"), ("2027", "2027"), ("2027-05-01", "2027-05-01")],
)
def test_dates_are_as_precise_as_typed(text: str, value: str) -> None:
    date = typed_date(text, "paid")
    assert date is not None
    assert date.value == value
    for wrong in ("31. 2. 2027", "13/2027", "soon"):
        with pytest.raises(Refused):
            typed_date(wrong, "paid")
