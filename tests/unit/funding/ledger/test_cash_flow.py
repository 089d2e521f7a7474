"""Pre-financing: what is paid before it comes back, month by month, computed by hand."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from contracts.values import Money, PartialDate
from services.funding.ledger.cash_flow import ExpectedClaim, Terms, flows, forecast, spread
from services.funding.ledger.costs import CostFacts

TERMS = Terms(claim_every_months=3, claim_to_payment_days=90)


def cost(amount: str | Decimal, paid: str | None) -> CostFacts:
    return CostFacts(
        name="x",
        net=Money(amount=Decimal(amount)),
        vat_recoverable=True,
        paid=PartialDate(value=paid) if paid else None,
    )


def test_by_hand() -> None:
    """10,000 in January and 5,000 in May at 80 %; claims at the end of March and of June, paid 90 days later.

    8,000 wait from January on, 12,000 from May on; 31 March plus 90 days is 29 June, 30 June plus 90 is 28 September.
    """
    seen = forecast([flows([cost("10000", "2027-01"), cost("5000", "2027-05-20")], Decimal("0.8"), TERMS)])
    by_month = {each.month.value: each for each in seen.months}
    assert list(by_month) == [f"2027-{month:02}" for month in range(1, 10)]
    assert [by_month[f"2027-{month:02}"].waiting.amount for month in range(1, 10)] == [
        8000, 8000, 8000, 8000, 12000, 4000, 4000, 4000, 0,
    ]  # fmt: skip
    assert by_month["2027-06"].refunded.amount == 8000
    assert by_month["2027-09"].refunded.amount == 4000
    assert by_month["2027-09"].balance.amount == -3000, "the own share is what stays paid"
    assert (seen.gap.exact, seen.gap_month, seen.settled) == (
        Money(amount=Decimal("12000.00")), PartialDate(value="2027-05"), PartialDate(value="2027-09"),
    )  # fmt: skip


def test_recorded_claims_take_the_place_of_assumed_ones() -> None:
    claims = [
        ExpectedClaim(amount=Money(amount=Decimal("5000.00")), due=date(2027, 2, 28)),
        ExpectedClaim(amount=Money(amount=Decimal("3000.00")), due=date(2027, 5, 31), paid_on=date(2027, 6, 3)),
    ]
    seen = forecast([flows([cost("10000", "2027-01")], Decimal("0.8"), TERMS, claims)])
    refunded = {each.month.value: each.refunded.amount for each in seen.months if each.refunded.amount}
    assert refunded == {"2027-05": Decimal("5000.00"), "2027-06": Decimal("3000.00")}


def test_what_has_no_date_makes_the_gap_an_at_least() -> None:
    seen = forecast([flows([cost("100", "2027-01"), cost("900", None)], Decimal("0.5"), TERMS)])
    assert seen.gap.exact is None
    assert (seen.gap.known.amount, seen.left_out, seen.settled) == (50, 1, None)


def test_nothing_at_all_is_no_forecast() -> None:
    seen = forecast([])
    assert (seen.months, seen.gap_month) == ([], None)


cents = st.decimals("0.01", "9999999.99", places=2)
whens = st.sampled_from(["2027", "2028", "2027-02", "2027-11", "2028-06-15"])


@given(cents, whens)
def test_spreading_loses_no_cent(amount: Decimal, when: str) -> None:
    assert sum(part for _, part in spread(amount, PartialDate(value=when))) == amount


@given(st.lists(st.tuples(cents, whens), min_size=1, max_size=6), st.decimals("0", "1", places=4), st.integers(1, 12))
def test_the_funders_pay_back_their_part_to_the_cent(
    costs: list[tuple[Decimal, str]], external: Decimal, every: int
) -> None:
    flow = flows([cost(amount, when) for amount, when in costs], external, TERMS.model_copy(
        update={"claim_every_months": every}))  # fmt: skip
    paid = sum(amount for amount, _ in costs)
    assert sum(flow.paid.values()) == paid
    assert sum(flow.refunded.values()) == sum(flow.for_funders.values())
    assert abs(sum(flow.refunded.values()) - paid * external) < Decimal("0.01")
    assert forecast([flow]).months[-1].waiting.amount == 0
