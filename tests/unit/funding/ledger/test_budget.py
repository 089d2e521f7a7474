"""A budget line: what is reserved never exceeds it, and every refusal names who was first."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.funding import MatchfundReleasedV1, MatchfundReservedV1, MatchfundSpentV1
from contracts.values import Money
from services.funding.ledger.budget import BudgetLine, LineChange, LineForm, line_key, new_line
from services.funding.ledger.nrp import judge
from services.funding.ledger.refusal import Contradicted, Refused
from services.funding.ledger.reservations import Purpose

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
MAJA = "officer@idrija.example"


def eur(amount: str | int) -> Money:
    return Money(amount=Decimal(amount).quantize(Decimal("0.01")))


FORTY = eur(40_000)


def line(amount: Money | None = FORTY) -> BudgetLine:
    form = LineForm(
        budget_code="160310", nrp_item="OB036-26-0011", name="Makerspace", year=2027, amount=amount,
        source_document="Odlok o proračunu 2027",
    )  # fmt: skip
    return new_line(form, line_key(form.budget_code, form.nrp_item, form.year), MAJA, NOW)


def reserved(on: BudgetLine, key: str, amount: Money) -> BudgetLine:
    return on.plan(key, Purpose(title=key), amount, MAJA, NOW).reserve(key, None, MAJA, NOW)


def test_a_reservation_says_what_is_left() -> None:
    kept = reserved(line(), "studio", eur(34_500))
    (said,) = kept.events
    assert isinstance(said, MatchfundReservedV1)
    assert (said.amount, said.available, said.year) == (eur(34_500), eur(5_500), 2027)
    assert kept.reservation("studio").state == "reserved"


def test_too_much_is_refused_with_the_missing_amount_and_who_holds_it() -> None:
    kept = reserved(line(), "studio", eur(34_500))
    with pytest.raises(Contradicted, match=r"3500.00 EUR short.*34500.00 is reserved for “studio”") as caught:
        reserved(kept, "courses", eur(9_000))
    assert "at most 5500.00" in caught.value.mistakes[0].mend


def test_a_wish_takes_nothing_and_may_be_unknown_but_not_be_reserved_so() -> None:
    wished = line().plan("later", Purpose(title="later"), None, MAJA, NOW)
    assert wished.available == eur(40_000)
    assert (wished.planned().known, wished.planned().unknown) == (eur(0), 1)
    with pytest.raises(Refused, match="not known"):
        wished.reserve("later", None, MAJA, NOW)
    assert wished.reserve("later", eur(100), MAJA, NOW).available == eur(39_900)


def test_a_line_without_an_amount_holds_nothing_that_could_be_promised() -> None:
    assert line(None).available is None
    with pytest.raises(Contradicted, match="not known"):
        reserved(line(None), "studio", eur(1))


def test_what_is_released_or_not_spent_is_free_again() -> None:
    kept = reserved(line(), "studio", eur(34_500)).model_copy(update={"events": []})
    released = kept.release("studio", "call revoked", MAJA, NOW)
    assert released.available == eur(40_000)
    assert [type(each) for each in released.events] == [MatchfundReleasedV1]
    spent = kept.spend("studio", eur(33_000), MAJA, NOW, None)
    assert spent.available == eur(7_000)
    assert [(type(each), each.amount) for each in spent.events] == [  # type: ignore[attr-defined]
        (MatchfundSpentV1, eur(33_000)),
        (MatchfundReleasedV1, eur(1_500)),
    ]
    with pytest.raises(Contradicted, match=r"more than the 34500.00"):
        kept.spend("studio", eur(34_501), MAJA, NOW, None)


def test_no_state_is_left_by_a_step_it_does_not_have() -> None:
    spent = reserved(line(), "studio", eur(10)).spend("studio", eur(10), MAJA, NOW, None)
    with pytest.raises(Contradicted, match="it is spent and cannot become released"):
        spent.release("studio", "no", MAJA, NOW)


def test_a_line_is_not_cut_below_what_is_promised() -> None:
    kept = reserved(line(), "studio", eur(34_500))
    cut = LineChange(amount=eur(30_000), decided_by="council", document="rebalans", recorded_by=MAJA, at=NOW)
    with pytest.raises(Contradicted, match="already reserved and spent"):
        kept.change(cut, adopted=True)


def test_another_currency_and_less_than_nothing_are_refused() -> None:
    with pytest.raises(Refused, match="USD on a line in EUR"):
        reserved(line(), "studio", Money(amount=Decimal(1), currency="USD"))
    with pytest.raises(Refused, match="below zero"):
        line(eur(-1))


steps = st.lists(
    st.tuples(st.sampled_from(["reserve", "release", "spend"]), st.integers(0, 5), st.integers(1, 60_000)), max_size=25
)


@given(steps)
def test_no_order_of_steps_overcommits_a_line(taken: list[tuple[str, int, int]]) -> None:
    kept = line()
    for number, (step, which, amount) in enumerate(taken):
        known = [each.reservation_id for each in kept.reservations]
        key = known[which % len(known)] if known else ""
        try:
            if step == "reserve":
                kept = reserved(kept, f"r{number}", eur(amount))
            elif step == "release" and key:
                kept = kept.release(key, "why", MAJA, NOW)
            elif key:
                kept = kept.spend(key, eur(amount), MAJA, NOW, None)
        except Contradicted:
            continue
        assert kept.taken() <= Decimal(40_000)


@pytest.mark.parametrize(
    ("wanted", "decides"),
    [(100_000, "nobody"), (120_000, "mayor"), ("120000.01", "council"), (90_000, "mayor"), (200_000, "council")],
)
def test_the_mayor_may_raise_by_the_ordinances_share_and_no_cent_more(wanted: str | int, decides: str) -> None:
    verdict = judge(eur(100_000), eur(wanted), Decimal("0.2"))
    assert verdict.decides == decides
    assert verdict.mayor_up_to == eur(120_000)
