"""Amounts and counts are read in one way only, or refused with the mend."""

from __future__ import annotations

from decimal import Decimal

import pytest

from services.actions.amounts import amount_in, exact_amount, exact_count, numbers_in


@pytest.mark.parametrize("given", ["60000", "60000.00", 60000, Decimal("60000"), Decimal("6E+4")])
def test_an_exact_amount_is_taken_to_the_cent(given: object) -> None:
    assert str(exact_amount(given)) == "60000.00"


@pytest.mark.parametrize(
    ("given", "mend"),
    [
        ("60.000", "write 60000.00"),
        ("60,000", "write 60000.00"),
        ("60 000", "write 60000.00"),
        ("1.100.000", "write 1100000.00"),
        ("60,5", "write 60.50"),
        ("-5.00", "below zero"),
        ("about 5", "write digits"),
        ("5.5", "write digits"),
        ("", "write digits"),
        (60000.5, "write the amount as digits"),
        (True, "write the amount as digits"),
        (Decimal("NaN"), "write digits"),
    ],
)
def test_anything_else_is_refused_with_the_mend(given: object, mend: str) -> None:
    with pytest.raises(ValueError, match=mend):
        exact_amount(given)


@pytest.mark.parametrize(
    ("phrase", "meant"),
    [
        ("60.000 EUR", 60000),
        ("EUR 5,000", 5000),
        ("EUR 1 million", 1000000),
        ("1.100.000 EUR", 1100000),
        ("1st phase: EUR 15.000 and 2nd phase: EUR 100.000", None),
        ("EUR 1.5 million", None),
        ("not known", None),
    ],
)
def test_a_money_phrase_is_read_in_slovenian_and_english(phrase: str, meant: int | None) -> None:
    assert amount_in(phrase) == meant


@pytest.mark.parametrize("given", ["5.000", "5,000", "-1", "1.0", "five", True])
def test_a_count_is_digits_only(given: object) -> None:
    with pytest.raises(ValueError, match="write digits only"):
        exact_count(given)


def test_the_numbers_of_a_phrase_are_found_with_their_thousands() -> None:
    assert numbers_in("5.000 people, 1-2 reports, 1,000,000 and 3D") == {5000, 1, 2, 1000000, 3}
