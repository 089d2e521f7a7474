"""Co-financing rows: whatever is stated, what is accepted sums to 100 % and to the cent."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.values import Money
from services.funding.ledger.refusal import Refused
from services.funding.ledger.row_rules import FundRule, Row
from services.funding.ledger.rows import add_up, external, settle


def eur(amount: str | Decimal) -> Money:
    return Money(amount=Decimal(amount))


def rows(*stated: tuple[str, str | None]) -> list[Row]:
    """(source, rate) pairs; the funds are named after their place."""
    return [
        Row(
            source=source,
            fund_id=f"fund-{place}" if source in {"eu", "state"} else None,
            rate=None if rate is None else Decimal(rate),
        )
        for place, (source, rate) in enumerate(stated)
    ]


def refused(stated: list[Row], total: Money | None = None, rules: tuple[FundRule, ...] = ()) -> dict[str, str]:
    with pytest.raises(Refused) as caught:
        settle(stated, total or eur("1000.00"), rules)
    assert all(mistake.mend for mistake in caught.value.mistakes)
    return {mistake.field: mistake.message for mistake in caught.value.mistakes}


shares = st.decimals("0", "1", places=6)
cents = st.decimals("0.01", "99999999.99", places=2)


@given(total=cents, rates=st.lists(shares, min_size=1, max_size=4))
def test_rates_sum_to_one_and_amounts_to_the_cent(total: Decimal, rates: list[Decimal]) -> None:
    stated = rows(*[("eu", str(rate)) for rate in rates], ("own", None))
    if sum(rates) > 1:
        with pytest.raises(Refused, match="add up to"):
            settle(stated, eur(total))
        return
    settled = settle(stated, eur(total))
    assert add_up(settled, eur(total))
    for asked, given_ in zip(stated, settled, strict=True):
        assert given_.amount is not None
        assert given_.amount.amount >= 0
        if asked.rate is not None:
            assert given_.amount.amount <= asked.rate * total, "no fund is asked for more than its rate"


@given(total=cents, amounts=st.lists(cents, min_size=1, max_size=4), own_stated=st.booleans())
def test_amounts_leave_the_rest_to_the_own_contribution(
    total: Decimal, amounts: list[Decimal], own_stated: bool
) -> None:
    rest = total - sum(amounts)
    own = Row(source="own", amount=eur(max(rest, Decimal(0))) if own_stated else None)
    stated = [Row(source="partner", amount=eur(amount)) for amount in amounts] + [own]
    if rest < 0:
        with pytest.raises(Refused):
            settle(stated, eur(total))
        return
    settled = settle(stated, eur(total))
    assert add_up(settled, eur(total))
    assert settled[-1].amount == eur(rest)


def test_the_cents_that_do_not_divide_are_the_municipalitys() -> None:
    eu, state, own = settle(rows(("eu", "0.85"), ("state", "0.075"), ("own", None)), eur("100000.33"))
    # 85 % is 85,000.2805 and 7.5 % is 7,500.02475: both are cut, the own share takes what is left.
    assert (eu.amount, state.amount, own.amount) == (eur("85000.28"), eur("7500.02"), eur("7500.03"))
    assert own.rate == Decimal("0.075")
    assert external([eu, state, own]) == Decimal("0.924999947500")


def test_an_unknown_cost_keeps_amounts_unknown_and_still_sums_rates() -> None:
    eu, own = settle(rows(("eu", "0.85"), ("own", None)), None)
    assert (eu.amount, own.amount) == (None, None)
    assert own.rate == Decimal("0.15")


@pytest.mark.parametrize(
    ("stated", "field", "words"),
    [
        (rows(("eu", "0.85"), ("own", "0.16")), "rows", "101 %"),
        (rows(("eu", "0.85"), ("own", "0.14")), "rows", "99 %"),
        (rows(("eu", "1.01"), ("own", None)), "rows.0.rate", "101 %"),
        (rows(("eu", "-0.1"), ("own", None)), "rows.0.rate", "-10 %"),
        (rows(("eu", "0.85")), "rows", "no row is the own contribution"),
        (rows(("own", "0.5"), ("own", "0.5")), "rows", "2 rows are the own contribution"),
        (rows(*[("state", "0.1")] * 5, ("own", None)), "rows", "6 rows"),
        (rows(("eu", None), ("own", None)), "rows.0.rate", "neither a rate nor an amount"),
        (rows(("grandmother", "0.1"), ("own", None)), "rows.0.source", "no source"),
        ([Row(source="eu", rate=Decimal(1)), Row(source="own")], "rows.0.fund_id", "without its fund"),
        (
            [Row(source="eu", fund_id="f", rate=Decimal("0.4")), Row(source="state", fund_id="f", rate=Decimal("0.4")),
             Row(source="own")],
            "rows.1.fund_id",
            "stands twice",
        ),
        (
            [Row(source="private", amount=Money(amount=Decimal(5), currency="USD")), Row(source="own")],
            "rows.0.amount",
            "USD beside EUR",
        ),
        ([Row(source="private", amount=eur("-5")), Row(source="own")], "rows.0.amount", "below zero"),
        ([Row(source="private", amount=eur("1000.01")), Row(source="own")], "rows", "0.01 EUR more than the cost"),
        ([Row(source="private", amount=eur("900")), Row(source="own", amount=eur("99.99"))], "rows", "0.01 EUR less"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused_by_field(stated: list[Row], field: str, words: str) -> None:
    assert words in refused(stated)[field]


FIXED = FundRule(fund_id="fund-0", rate=Decimal("0.85"))


def test_a_fixed_rate_is_the_calls() -> None:
    assert (
        "fixes fund-0 at 85 %, not 80 %" in refused(rows(("eu", "0.8"), ("own", None)), rules=(FIXED,))["rows.0.rate"]
    )
    assert settle(rows(("eu", "0.85"), ("own", None)), eur("10.00"), [FIXED])[0].amount == eur("8.50")
    by_amount = [Row(source="eu", fund_id="fund-0", amount=eur("8.50")), Row(source="own")]
    assert settle(by_amount, eur("10.00"), [FIXED])[0].amount == eur("8.50")


def test_an_adjustable_rate_may_be_lower_but_not_higher() -> None:
    rule = FIXED.model_copy(update={"adjustable": True})
    assert settle(rows(("eu", "0.8"), ("own", None)), eur("10.00"), [rule])[0].rate == Decimal("0.8")
    assert "at most 85 %" in refused(rows(("eu", "0.9"), ("own", None)), rules=(rule,))["rows.0.rate"]


def test_a_fund_the_call_does_not_have_is_refused() -> None:
    other = [Row(source="eu", fund_id="ESS", rate=Decimal("0.85")), Row(source="own")]
    assert "no fund ESS" in refused(other, rules=(FIXED,))["rows.0.fund_id"]
