"""What a contract commits: only what is known for certain, and otherwise what has to be known first."""

from __future__ import annotations

import pytest

from contracts.values import Money
from services.funding.ledger.rows import SettledRow
from services.funding.obligations.awards import Lacking
from services.funding.obligations.contracting import Share, shares_of


def eur(amount: str) -> Money:
    return Money.model_validate({"amount": amount})


def row(source: str, amount: str | None) -> SettledRow:
    return SettledRow(source=source, amount=eur(amount) if amount else None)


EU, STATE, OWN = row("eu", "80000"), row("state", "10000"), row("own", "10000")


def test_a_grant_of_one_kind_of_money_is_committed_whole() -> None:
    assert shares_of(eur("75000"), 1, [EU, OWN], "gov.si", eu_pays=False) == [Share("eu", eur("75000"))]
    assert shares_of(eur("75000"), 1, [], "eko-sklad", eu_pays=False) == [Share("regional_national", eur("75000"))]
    assert shares_of(eur("75000"), 1, [], "gov.si", eu_pays=True) == [Share("eu", eur("75000"))]


def test_a_grant_of_two_kinds_is_parted_as_the_financing_says() -> None:
    parted = [Share("eu", eur("80000")), Share("regional_national", eur("10000"))]
    assert shares_of(eur("90000"), 1, [EU, STATE, OWN], "gov.si", eu_pays=True) == parted


@pytest.mark.parametrize(
    ("granted", "activities", "rows", "source", "words"),
    [
        (None, 1, [EU, OWN], "gov.si", "amount is not known"),
        (eur("90000"), 2, [EU, OWN], "gov.si", "2 activities"),
        (eur("90000"), 0, [EU, OWN], "gov.si", "0 activities"),
        (eur("85000"), 1, [EU, STATE, OWN], "gov.si", "who pays"),
        (eur("90000"), 1, [EU, row("state", None), OWN], "gov.si", "who pays"),
        (eur("90000"), 1, [], "by-hand", "who pays"),
    ],
)
def test_nothing_is_guessed(
    granted: Money | None, activities: int, rows: list[SettledRow], source: str, words: str
) -> None:
    lacking = shares_of(granted, activities, rows, source, eu_pays=False)
    assert isinstance(lacking, Lacking)
    assert words in lacking.text.en
