"""The money of one project on one screen: who pays, what the municipality adds each year, and what it waits for."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from contracts.values import Money, Value
from services.funding.ledger.budget import BudgetLine
from services.funding.ledger.cash_flow import CashFlow, ExpectedClaim, Flows, Terms, flows, forecast
from services.funding.ledger.costs import Cost
from services.funding.ledger.financing import Financing
from services.funding.ledger.refusal import Mistake
from services.funding.ledger.rows import external
from services.funding.ledger.year import kept_for


class OwnYear(Value):
    """The own share of one year: what the financing needs, what lines keep for it, what stands on no line yet."""

    year: int | None
    needed: Money
    kept: Money
    missing: Money


class KeptOn(Value):
    """A reservation for the project and where it stands."""

    reservation_id: str
    line_id: str
    budget_code: str
    year: int
    amount: Money | None
    state: str


class ProjectMoney(Value):
    """Everything the ledger knows of one project.

    `own_years` is null while the own share is not known; `cash` is null with `lacking` saying which assumption
    nobody recorded.
    """

    financing: Financing
    costs: list[Cost]
    own_years: list[OwnYear] | None
    kept: list[KeptOn]
    cash: CashFlow | None
    lacking: Mistake | None = None


def flows_of(financing: Financing, costs: Sequence[Cost], terms: Terms, claims: Sequence[ExpectedClaim] = ()) -> Flows:
    """Payments and refunds of one financing."""
    return flows([each.facts for each in costs], external(financing.rows), terms, claims)


def project_money(
    financing: Financing,
    costs: Sequence[Cost],
    lines: Sequence[BudgetLine],
    terms: Terms | Mistake,
    claims: Sequence[ExpectedClaim] = (),
) -> ProjectMoney:
    """The view of one financing. `lines` are those with anything kept for it."""
    years = financing.own_by_year
    return ProjectMoney(
        financing=financing,
        costs=list(costs),
        own_years=None if years is None else [_own(financing, each.year, each.amount, lines) for each in years],
        kept=[
            KeptOn(
                reservation_id=each.reservation_id,
                line_id=line.line_id,
                budget_code=line.budget_code,
                year=line.year,
                amount=each.amount,
                state=each.state,
            )
            for line in lines
            for each in line.reservations
            if each.purpose.financing_id == financing.financing_id
        ],
        cash=forecast([flows_of(financing, costs, terms, claims)]) if isinstance(terms, Terms) else None,
        lacking=terms if isinstance(terms, Mistake) else None,
    )


def _own(financing: Financing, year: int | None, needed: Money, lines: Sequence[BudgetLine]) -> OwnYear:
    kept = kept_for(financing.financing_id, year, lines) if year is not None else Money(amount=Decimal("0.00"))
    missing = Money(amount=max(needed.amount - kept.amount, Decimal("0.00")), currency=needed.currency)
    return OwnYear(year=year, needed=needed, kept=kept, missing=missing)
