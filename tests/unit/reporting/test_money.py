"""The unknown is counted, and never added as zero."""

from __future__ import annotations

from decimal import Decimal

from contracts.values import Money
from services.reporting.money import share_of, still_open, total
from tests.unit.reporting.builders import euros


def test_a_sum_adds_what_is_known_and_counts_what_is_not() -> None:
    found = total([euros(100), None, euros("0.50")])
    assert found.known == Money(amount=Decimal("100.50"))
    assert (found.counted, found.unknown) == (2, 1)


def test_nothing_to_add_is_zero_but_nothing_known_is_unknown() -> None:
    assert total([]).known == euros("0.00")
    assert total([None]).known is None


def test_another_currency_is_left_out_and_said() -> None:
    found = total([euros(100), Money(amount=Decimal(7), currency="CHF")])
    assert (found.known, found.unknown) == (euros(100), 1)


def test_vat_is_only_said_of_a_sum_whose_parts_agree() -> None:
    included, excluded = (Money(amount=Decimal(1), vat=vat) for vat in ("included", "excluded"))
    agreed, mixed = total([included, included]).known, total([included, excluded]).known
    assert agreed is not None and agreed.vat == "included"
    assert mixed is not None and mixed.vat == "unknown"


def test_open_money_is_never_negative_and_never_guessed() -> None:
    rest = still_open(euros(100), euros(30))
    assert rest is not None and rest.amount == 70
    over = still_open(euros(100), euros(130))
    assert over is not None and over.amount == 0
    assert still_open(None, euros(30)) is None
    assert still_open(euros(100), None) is None


def test_coverage_is_committed_by_estimated() -> None:
    assert share_of(euros(30), euros(40)) == Decimal("0.75")
    assert share_of(euros(50), euros(40)) == Decimal("1.25")
    assert share_of(euros(50), None) is None
    assert share_of(euros(50), euros(0)) is None
