from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.funding.sources.amounts import UnreadableAmount, read_amount, read_amounts, read_number, read_span
from services.funding.sources.rates import read_rate


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("1.250.000,50 EUR", "1250000.50"),
        ("60.000 €", "60000"),
        ("EUR 20.000", "20000"),
        ("1 250 000,50 EUR", "1250000.50"),
        ("1\u00a0250\u00a0000 evrov", "1250000"),
        ("200 tisoč evrov", "200000"),
        ("15,72 mio €", "15720000"),
        ("2 milijona EUR", "2000000"),
        ("1,5 milijarde EUR", "1500000000"),
        ("500 EUR", "500"),
    ],
)
def test_amounts_as_offices_write_them(text: str, amount: str) -> None:
    money = read_amount(text)
    assert (money.amount, money.currency, money.phrase) == (Decimal(amount), "EUR", text)


def test_vat_is_what_the_text_says() -> None:
    assert [read_amount(f"10.000 EUR{after}").vat for after in (" z DDV", " brez DDV", "")] == [
        "included",
        "excluded",
        "unknown",
    ]


@pytest.mark.parametrize("text", ["5,000 EUR", "1.25 EUR", "1,250,000.50 EUR", "12.34.567 EUR"])
def test_a_number_that_reads_two_ways_is_refused_with_the_mend(text: str) -> None:
    with pytest.raises(UnreadableAmount, match=r"write it as 1\.250\.000,50"):
        read_amounts(text)


@pytest.mark.parametrize("text", ["", "100", "80 %", "leta 2027"])
def test_a_number_without_a_currency_is_no_amount(text: str) -> None:
    assert read_amounts(text) == []
    with pytest.raises(UnreadableAmount, match="no amount with a currency"):
        read_amount(text)


def test_two_different_amounts_are_not_one() -> None:
    with pytest.raises(UnreadableAmount, match="2 amounts"):
        read_amount("10.000 EUR ali 20.000 EUR")


@pytest.mark.parametrize(
    ("text", "least", "most"),
    [
        ("od 5.000 do 40.000 EUR", 5000, 40000),
        ("Najvišji znesek na projekt je 600.000,00 EUR", None, 600000),
        ("najmanj 20.000 EUR in največ 150.000 EUR", 20000, 150000),
        ("Skupaj 3.000 EUR", None, None),
    ],
)
def test_bounds_of_one_grant(text: str, least: int | None, most: int | None) -> None:
    span = read_span(text)
    assert (span.least.amount if span.least else None, span.most.amount if span.most else None) == (least, most)


def test_two_different_upper_bounds_are_refused() -> None:
    with pytest.raises(UnreadableAmount, match="two different bounds"):
        read_span("največ 10.000 EUR za sklop A; največ 20.000 EUR za sklop B")


@pytest.mark.parametrize(
    ("text", "rate"),
    [
        ("Stopnja sofinanciranja je 85 %.", "0.85"),
        ("do 49 % upravičenih stroškov", "0.49"),
        ("The co-financing rate is 80 % of eligible costs.", "0.8"),
        ("funding rate: 62,5 %", "0.625"),
    ],
)
def test_a_stated_rate(text: str, rate: str) -> None:
    stated = read_rate(text)
    assert stated is not None
    assert stated.rate == Decimal(rate)
    assert stated.phrase in text


@pytest.mark.parametrize(
    "text",
    [
        "Stopnja sofinanciranja je 70 %. Za manjše občine je stopnja sofinanciranja 85 %.",
        "Vsaj 20 % udeležencev je mladih.",
        "stopnja sofinanciranja je 150 %",
    ],
)
def test_no_rate_is_guessed(text: str) -> None:
    assert read_rate(text) is None


cents = st.integers(min_value=0, max_value=10**13)


@given(cents, st.sampled_from([".", " ", "\u00a0", ""]))
def test_any_amount_reads_back(value: int, separator: str) -> None:
    whole, rest = divmod(value, 100)
    written = f"{whole:,}".replace(",", separator) + f",{rest:02d}"
    assert read_number(written) == Decimal(value) / 100
    assert read_amount(f"{written} EUR").amount == Decimal(value) / 100


@given(st.text(max_size=200))
def test_any_text_gives_amounts_or_a_clear_refusal(text: str) -> None:
    try:
        for money in read_amounts(text):
            assert money.phrase is not None
            assert money.phrase in text
    except UnreadableAmount as error:
        assert str(error)
