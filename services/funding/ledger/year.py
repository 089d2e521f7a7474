"""One year of the ledger: what every line holds, what is kept on it, and where it does not suffice."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal

from contracts.values import Money, Value
from services.funding.ledger.budget import BudgetLine
from services.funding.ledger.financing import Financing
from services.funding.ledger.totals import AtLeast, at_least, euros


class LineOfYear(Value):
    """One line: `gap` is what planned shares need beyond what is available, at least where an amount is unknown."""

    line_id: str
    budget_code: str
    nrp_item: str | None
    name: str
    amount: Money | None
    reserved: Money
    spent: Money
    planned: AtLeast
    available: Money | None
    gap: Money | None


class Uncovered(Value):
    """An own share of the year that a financing needs and no reservation or plan stands for."""

    financing_id: str
    title: str
    needed: Money
    kept: Money
    missing: Money


class Conflict(Value):
    """Planned shares that a line does not hold, with everything that is on it."""

    line_id: str
    budget_code: str
    name: str
    missing: Money
    wanted: list[str]
    taken: list[str]


class Year(Value):
    """The whole year. Totals are 'at least' where an amount is unknown; `gap` adds what stands on no line yet."""

    year: int
    lines: list[LineOfYear]
    budget: AtLeast
    reserved: Money
    spent: Money
    planned: AtLeast
    available: AtLeast
    gap: AtLeast
    conflicts: list[Conflict]
    uncovered: list[Uncovered]
    unknown_shares: list[str]


def year_of(year: int, lines: Sequence[BudgetLine], financings: Sequence[Financing]) -> Year:
    """The view of `year`. Lines of other years are used only to know what is kept for a financing."""
    shown = [_line(each) for each in lines if each.year == year]
    live = [each for each in financings if each.dropped is None]
    uncovered = [each for financing in live if (each := _uncovered(financing, year, lines))]
    unknown = [each.title for each in live if each.own_by_year is None]
    gaps = [each.gap for each in shown] + [each.missing for each in uncovered]
    return Year(
        year=year,
        lines=shown,
        budget=at_least(each.amount for each in shown),
        reserved=_sum(each.reserved for each in shown),
        spent=_sum(each.spent for each in shown),
        planned=_add(each.planned for each in shown),
        available=at_least(each.available for each in shown),
        gap=at_least([*gaps, *[None] * len(unknown)]),
        conflicts=[_conflict(each) for each in lines if each.year == year and (_gap(each) or euros(0)).amount > 0],
        uncovered=uncovered,
        unknown_shares=unknown,
    )


def kept_for(financing_id: str, year: int, lines: Sequence[BudgetLine]) -> Money:
    """What lines of the year have planned, reserved or spent for a financing."""
    return _sum(
        each.amount
        for line in lines
        if line.year == year
        for each in line.reservations
        if each.purpose.financing_id == financing_id and each.state != "released" and each.amount
    )


def _line(line: BudgetLine) -> LineOfYear:
    return LineOfYear(
        line_id=line.line_id,
        budget_code=line.budget_code,
        nrp_item=line.nrp_item,
        name=line.name,
        amount=line.amount,
        reserved=_in_state(line, "reserved"),
        spent=_in_state(line, "spent"),
        planned=line.planned(),
        available=line.available,
        gap=_gap(line),
    )


def _gap(line: BudgetLine) -> Money | None:
    """None when it cannot be told; a planned share without an amount leaves the known part, as 'at least'."""
    if line.available is None:
        return None if line.planned().known.amount or line.planned().unknown else euros(0)
    return euros(max(line.planned().known.amount - line.available.amount, Decimal(0)))


def _in_state(line: BudgetLine, state: str) -> Money:
    return _sum(each.amount for each in line.reservations if each.state == state and each.amount)


def _uncovered(financing: Financing, year: int, lines: Sequence[BudgetLine]) -> Uncovered | None:
    needed = next((each.amount for each in financing.own_by_year or [] if each.year == year), None)
    if needed is None:
        return None
    kept = kept_for(financing.financing_id, year, lines)
    if kept.amount >= needed.amount:
        return None
    return Uncovered(
        financing_id=financing.financing_id,
        title=financing.title,
        needed=needed,
        kept=kept,
        missing=euros(needed.amount - kept.amount),
    )


def _conflict(line: BudgetLine) -> Conflict:
    def titles(*states: str) -> list[str]:
        return [each.purpose.title for each in line.reservations if each.state in states]

    return Conflict(
        line_id=line.line_id,
        budget_code=line.budget_code,
        name=line.name,
        missing=_gap(line) or euros(0),
        wanted=titles("planned"),
        taken=titles("reserved", "spent"),
    )


def _sum(amounts: Iterable[Money | None]) -> Money:
    return at_least(amounts).known


def _add(sums: Iterable[AtLeast]) -> AtLeast:
    every = list(sums)
    return AtLeast(known=_sum(each.known for each in every), unknown=sum(each.unknown for each in every))
