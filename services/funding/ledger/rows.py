"""Co-financing rows: who pays which part of a project, summing to exactly 100 % and to the cent.

Rounding rule: what a rate gives is rounded down to the cent, so that no fund is asked for more than its rate; what
then remains of the total is the municipality's own contribution. The rules on rows are those of Interreg's Jems:
each from 0 to 100 %, exactly one own contribution, at most five rows, every fund once and allowed by the call, and a
fund whose rate the call fixes at that rate.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_DOWN, Decimal

from pydantic import Field

from contracts.values import Code, Money, Value
from services.funding.ledger.refusal import Refused
from services.funding.ledger.row_rules import OWN, FundRule, Row, breaches, by_rate, percent
from services.funding.ledger.totals import at_least, slovene

# A share worked out from two amounts is shown to a hundredth of a per cent.
_SHOWN = Decimal("0.0001")
_EXACT = Decimal("1E-12")


class SettledRow(Value):
    """A row with its share of the whole and its amount; null while the project's cost is not known."""

    source: Code
    fund_id: str | None = None
    name: str | None = None
    rate: Decimal | None = None
    amount: Money | None = None
    grounds: str | None = Field(default=None, description="What a computed rate follows from.")


def settle(rows: Sequence[Row], total: Money | None, rules: Sequence[FundRule] = ()) -> list[SettledRow]:
    """The rows with amounts that add up to `total` and rates that add up to 1.

    `total` is the eligible cost, None while a part of it is unknown; then amounts stay unknown, too. Raises Refused
    with every mistake; its fields are `rows` and `rows.<index>.<field>`.
    """
    if mistakes := breaches(rows, total, rules):
        raise Refused(mistakes)
    others = [(row, _amount(row, total)) for row in rows if row.source != OWN]
    own = next(row for row in rows if row.source == OWN)
    rest = None if total is None else total.amount - sum((amount or Decimal(0) for _, amount in others), Decimal(0))
    if rest is not None and rest < 0:
        raise Refused.at(
            "rows",
            f"the rows add up to {-rest} {total.currency if total else ''} more than the cost",
            "lower them until nothing is paid twice",
            f"Vrstice presegajo stroške za {slovene(-rest)}. Znižajte jih.",
        )
    shares = [_share(row, amount, total) for row, amount in others]
    left = None if None in shares else 1 - sum((share or Decimal(0) for share in shares), Decimal(0))
    if left is not None and left < 0:
        raise Refused.at(
            "rows",
            f"the rows add up to {percent(1 - left)} %",
            f"lower them by {percent(-left)} % to reach 100 %",
            f"Vrstice so skupaj {percent(1 - left)} %. Znižajte jih za {percent(-left)} %.",
        )
    _hold_own(own, left, rest, rows)
    settled = {
        id(row): _settled(row, share, amount, total) for (row, amount), share in zip(others, shares, strict=True)
    }
    settled[id(own)] = _settled(own, left, rest, total)
    return [settled[id(row)] for row in rows]


def external(rows: Sequence[SettledRow]) -> Decimal | None:
    """The share of the cost that others than the municipality pay, exact to twelve digits; None when not known."""
    amounts = [row.amount.amount for row in rows if row.amount is not None]
    own = own_row(rows)
    if len(amounts) == len(rows) and own.amount is not None and own.rate is not None:
        whole = sum(amounts, Decimal(0))
        return ((whole - own.amount.amount) / whole).quantize(_EXACT) if whole else 1 - own.rate
    return None if own.rate is None else 1 - own.rate


def own_row(rows: Sequence[SettledRow]) -> SettledRow:
    return next(row for row in rows if row.source == OWN)


def _hold_own(own: Row, left: Decimal | None, rest: Decimal | None, rows: Sequence[Row]) -> None:
    """What the own row states itself must be what the others leave."""
    if own.rate is not None and left is not None:
        by_amount = any(row.amount is not None for row in rows)
        if (own.rate != left and not by_amount) or abs(own.rate - left) > _SHOWN:
            whole = 1 - left + own.rate
            more = "lower" if whole > 1 else "raise"
            raise Refused.at(
                "rows",
                f"the rows add up to {percent(whole)} %",
                f"{more} them by {percent(abs(whole - 1))} % to reach exactly 100 %",
                f"Vrstice so skupaj {percent(whole)} %, biti pa morajo natanko 100 %.",
            )
    if own.amount is not None and rest is not None and own.amount.amount != rest:
        over = own.amount.amount - rest
        more = "more" if over > 0 else "less"
        raise Refused.at(
            "rows",
            f"the rows add up to {abs(over)} {own.amount.currency} {more} than the cost",
            f"write {rest} as the own contribution, or leave it out",
            f"Lastni delež je ostanek: vpišite {slovene(rest)} ali pustite polje prazno.",
        )


def _amount(row: Row, total: Money | None) -> Decimal | None:
    if row.amount is not None:
        return row.amount.amount
    return None if total is None or row.rate is None else by_rate(row.rate, total)


def _share(row: Row, amount: Decimal | None, total: Money | None) -> Decimal | None:
    """The stated rate; else the amount's share of the total, rounded down so that shares never exceed the whole."""
    if row.rate is not None:
        return row.rate
    if total is None or amount is None:
        return None
    return (amount / total.amount).quantize(_SHOWN, rounding=ROUND_DOWN) if total.amount else Decimal(0)


def _settled(row: Row, share: Decimal | None, amount: Decimal | None, total: Money | None) -> SettledRow:
    stated = row.amount if total is None else None
    money = stated if total is None or amount is None else Money(amount=amount, currency=total.currency)
    return SettledRow(source=row.source, fund_id=row.fund_id, name=row.name, rate=share, amount=money)


def add_up(rows: Sequence[SettledRow], total: Money) -> bool:
    """Whether the amounts are the total and the rates are one: what `settle` promises."""
    amounts = at_least((row.amount for row in rows), total.currency)
    return amounts.exact == Money(amount=total.amount, currency=total.currency) and (
        sum((row.rate or Decimal(0) for row in rows), Decimal(0)) == 1
    )
