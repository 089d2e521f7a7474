"""Stacking: several calls may pay one thing, but never more than it costs."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.values import Money
from services.funding.ledger.costs import Cost, CostFacts, check_cost
from services.funding.ledger.refusal import Contradicted, Refused


def eur(amount: str) -> Money:
    return Money(amount=Decimal(amount))


STUDIO = CostFacts(name="Podcast studio", net=eur("15000.00"), vat_amount=eur("3300.00"), vat_recoverable=False)


def cost(facts: CostFacts = STUDIO) -> Cost:
    return Cost(cost_id="cost-1", facts=facts)


@pytest.mark.parametrize(
    ("recoverable", "vat", "eligible"),
    [(False, "3300.00", "18300.00"), (True, "3300.00", "15000.00"), (True, None, "15000.00")],
)
def test_vat_is_a_cost_only_when_it_does_not_come_back(recoverable: bool, vat: str | None, eligible: str) -> None:
    facts = CostFacts(
        name="x", net=eur("15000.00"), vat_amount=None if vat is None else eur(vat), vat_recoverable=recoverable
    )
    assert facts.eligible is not None
    assert facts.eligible.amount == Decimal(eligible)
    assert facts.eligible.vat == ("excluded" if recoverable else "included")


def test_unknown_vat_is_not_zero() -> None:
    facts = CostFacts(name="x", net=eur("15000.00"), vat_recoverable=False)
    assert facts.eligible is None
    assert facts.known_part == eur("15000.00")


def test_two_calls_may_share_a_cost_up_to_all_of_it() -> None:
    both = cost().claim("a", "EU call", Decimal("0.85"), "costs.0").claim("b", "State call", Decimal("0.15"), "costs.0")
    assert [claim.amount for claim in both.claims] == [eur("15555.00"), eur("2745.00")]


def test_a_second_claim_beyond_the_cost_names_the_first() -> None:
    claimed = cost().claim("a", "EU call", Decimal("0.85"), "costs.0")
    with pytest.raises(Contradicted, match=r"100.01 %.*“EU call” \(85.00 %\)") as caught:
        claimed.claim("b", "State call", Decimal("0.1501"), "costs.0")
    assert caught.value.mistakes[0].field == "costs.0"
    assert claimed.claim("a", "EU call", Decimal("1"), "costs.0").claims[0].share == 1, "its own claim may change"
    assert claimed.release("a").claim("b", "State call", Decimal("1"), "costs.0").claims[0].title == "State call"


def test_nobody_can_tell_with_an_unknown_share() -> None:
    claimed = cost().claim("a", "EU call", None, "costs.0")
    with pytest.raises(Contradicted, match="not known"):
        claimed.claim("b", "State call", Decimal("0.1"), "costs.0")


def test_a_shared_cost_is_stated_once() -> None:
    claimed = cost().claim("a", "EU call", Decimal("0.5"), "costs.0")
    cheaper = STUDIO.model_copy(update={"net": eur("14000.00")})
    with pytest.raises(Contradicted, match="stated otherwise"):
        claimed.state(cheaper, "b", "costs.0")
    assert claimed.state(cheaper, "a", "costs.0").facts.net == eur("14000.00")


@given(st.lists(st.decimals("0", "1", places=4), min_size=1, max_size=6))
def test_whatever_is_claimed_stays_within_the_cost(shares: list[Decimal]) -> None:
    claimed = cost()
    for number, share in enumerate(shares):
        try:
            claimed = claimed.claim(f"f{number}", f"call {number}", share, "costs.0")
        except Contradicted:
            continue
    assert STUDIO.eligible is not None
    assert sum(claim.amount.amount for claim in claimed.claims if claim.amount) <= STUDIO.eligible.amount


def test_impossible_amounts_are_refused() -> None:
    with pytest.raises(Refused, match="below zero"):
        check_cost(CostFacts(name="x", net=eur("-1")), "costs.0")
    with pytest.raises(Refused, match="USD beside EUR"):
        check_cost(CostFacts(name="x", net=eur("1"), vat_amount=Money(amount=Decimal(1), currency="USD")), "costs.0")
