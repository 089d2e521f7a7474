from __future__ import annotations

from decimal import Decimal

import pytest

from contracts.values import Money, PartialDate
from services.funding import spoken


@pytest.mark.parametrize(
    ("amount", "currency", "sl", "en"),
    [
        ("80500.00", "EUR", "80.500\xa0€", "€80,500"),
        ("1234567.5", "EUR", "1.234.567,50\xa0€", "€1,234,567.50"),
        ("1500", "USD", "1.500\xa0USD", "USD\xa01,500"),
    ],
)
def test_amounts_read_as_in_each_language(amount: str, currency: str, sl: str, en: str) -> None:
    said = spoken.amount(Money(amount=Decimal(amount), currency=currency))
    assert (said.sl, said.en) == (sl, en)


@pytest.mark.parametrize(("count", "sl"), [(0, "0 dni"), (1, "1 dan"), (2, "2 dneva"), (4, "4 dni"), (5, "5 dni")])
def test_slovenian_counts_days_by_their_number(count: int, sl: str) -> None:
    assert spoken.days(count).sl == sl


@pytest.mark.parametrize(
    ("value", "sl", "en"),
    [("2028", "2028", "2028"), ("2028-05", "5. 2028", "May 2028"), ("2028-05-31", "31. 5. 2028", "31 May 2028")],
)
def test_a_date_is_as_precise_as_it_is_known(value: str, sl: str, en: str) -> None:
    said = spoken.date(PartialDate(value=value))
    assert (said.sl, said.en) == (sl, en)
