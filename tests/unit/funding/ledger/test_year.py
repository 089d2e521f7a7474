"""Own shares by year, and one year of the ledger."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from contracts.values import Money, PartialDate
from services.funding.ledger.budget import LineForm, line_key, new_line
from services.funding.ledger.costs import CostFacts
from services.funding.ledger.financing import Financing, FinancingForm, YearShare, balanced, by_year, rules_of
from services.funding.ledger.reservations import Purpose
from services.funding.ledger.row_rules import Row
from services.funding.ledger.rows import SettledRow
from services.funding.ledger.totals import AtLeast
from services.funding.ledger.year import year_of

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)


def eur(amount: str | int | Decimal) -> Money:
    return Money(amount=Decimal(amount).quantize(Decimal("0.01")))


def cost(amount: str | Decimal, paid: str | None) -> CostFacts:
    return CostFacts(name="x", net=eur(amount), vat_recoverable=True, paid=PartialDate(value=paid) if paid else None)


cents = st.decimals("0", "9999999.99", places=2)


@given(cents, st.lists(st.tuples(cents, st.sampled_from([None, "2027", "2028-05", "2029"])), min_size=1, max_size=8))
def test_years_add_up_to_the_own_share(own: Decimal, costs: list[tuple[Decimal, str | None]]) -> None:
    parts = by_year(eur(own), [cost(amount, paid) for amount, paid in costs])
    assert sum(part.amount.amount for part in parts) == own
    assert len({part.year for part in parts}) == len(parts)


def form(*rows: Row, call_id: str | None = None) -> FinancingForm:
    return FinancingForm(
        title="Makerspace",
        call_id=call_id,
        as_of=PartialDate(value="2027-03-31"),
        costs=[{"name": "x"}],  # type: ignore[list-item]
        rows=list(rows),
    )


def test_an_unknown_cost_makes_the_total_an_at_least_and_the_own_share_unknown() -> None:
    costs = [cost("1000", "2027"), CostFacts(name="y")]
    total, rows, years = balanced(form(Row(source="private", rate=Decimal("0.5")), Row(source="own")), costs, [], None)
    assert total == AtLeast(known=eur(1000), unknown=1)
    assert rows[1].amount is None
    assert years is None


def test_the_calls_one_rate_is_the_rule_of_its_own_fund() -> None:
    (rule,) = rules_of(form(Row(source="own"), call_id="call-1"), Decimal("0.7"))
    assert (rule.fund_id, rule.rate, rule.adjustable) == ("call-1", Decimal("0.7"), False)
    assert rules_of(form(Row(source="own"), call_id="call-1"), None) == []


def test_the_calls_one_rate_holds_for_the_one_eu_fund_that_is_named() -> None:
    def eu(fund: str) -> Row:
        return Row(source="eu", fund_id=fund, rate=Decimal("0.7"))

    (rule,) = rules_of(form(eu("ESRR"), Row(source="own"), call_id="call-1"), Decimal("0.7"))
    assert rule.fund_id == "ESRR", "nobody has to know the id of a call to name its fund"
    (rule,) = rules_of(form(eu("ESRR"), eu("ESS+"), Row(source="own"), call_id="call-1"), Decimal("0.7"))
    assert rule.fund_id == "call-1", "which of two funds the rate is of, nobody says"


def test_a_year_shows_what_is_short_and_what_stands_on_no_line() -> None:
    def line(code: str, amount: Money | None):  # type: ignore[no-untyped-def]
        facts = LineForm(budget_code=code, name=code, year=2027, amount=amount, source_document="Odlok")
        return new_line(facts, line_key(code, None, 2027), "maja", NOW)

    kept = Purpose(title="Makerspace", financing_id="f1")
    first = (
        line("1", eur(1000))
        .plan("a", Purpose(title="Courses"), eur(800), "maja", NOW)
        .reserve("a", None, "maja", NOW)
        .plan("b", kept, eur(300), "maja", NOW)
    )
    second = line("2", None).plan("c", Purpose(title="Later"), None, "maja", NOW)
    project = Financing(
        financing_id="f1",
        title="Makerspace",
        as_of=PartialDate(value="2027"),
        cost_ids=[],
        rows=[SettledRow(source="own", rate=Decimal(1), amount=eur(500))],
        total=AtLeast(known=eur(500)),
        own_by_year=[YearShare(year=2027, amount=eur(500))],
        set_by="maja",
    )
    unknown = project.model_copy(update={"financing_id": "f2", "title": "Kajzer", "own_by_year": None})
    seen = year_of(2027, [first, second], [project, unknown])
    assert seen.budget == AtLeast(known=eur(1000), unknown=1)
    assert (seen.reserved, seen.available) == (eur(800), AtLeast(known=eur(200), unknown=1))
    assert seen.lines[0].gap == eur(100)
    assert seen.lines[1].gap is None, "a wish on a line of unknown amount: nobody can tell"
    (conflict,) = seen.conflicts
    assert (conflict.missing, conflict.wanted, conflict.taken) == (eur(100), ["Makerspace"], ["Courses"])
    (missing,) = seen.uncovered
    assert (missing.needed, missing.kept, missing.missing) == (eur(500), eur(300), eur(200))
    assert seen.gap == AtLeast(known=eur(300), unknown=2)
    assert seen.unknown_shares == ["Kajzer"]
