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
from services.funding.ledger.refusal import Mistake, Refused
from services.funding.ledger.totals import CENT, at_least

MOST_ROWS = 5
SOURCES = ("eu", "state", "own", "partner", "private")
OWN = "own"
# A share worked out from two amounts is shown to a hundredth of a per cent.
_SHOWN = Decimal("0.0001")
_EXACT = Decimal("1E-12")


class Row(Value):
    """One source as it is stated: by `rate` (0 to 1) or by `amount`. The own contribution may state neither."""

    source: Code = Field(description="Known: eu, state, own, partner, private.")
    fund_id: str | None = Field(default=None, max_length=100, description="The fund or call the money comes from.")
    name: str | None = Field(default=None, max_length=200)
    rate: Decimal | None = Field(default=None, max_digits=12, decimal_places=6)
    amount: Money | None = None
    by_coefficient: bool = Field(
        default=False, description="The State's share follows from the municipality's development coefficient."
    )


class FundRule(Value):
    """What a call says of one fund: its rate, and whether an applicant may ask for less."""

    fund_id: str = Field(max_length=100)
    rate: Decimal = Field(ge=0, le=1, max_digits=7, decimal_places=6)
    adjustable: bool = False


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
    mistakes = [*_as_a_whole(rows), *_one_by_one(rows, total), *_against(rules, rows, total)]
    if mistakes:
        raise Refused(mistakes)
    others = [(row, _amount(row, total)) for row in rows if row.source != OWN]
    own = next(row for row in rows if row.source == OWN)
    rest = None if total is None else total.amount - sum((amount or Decimal(0) for _, amount in others), Decimal(0))
    if rest is not None and rest < 0:
        raise Refused.at(
            "rows",
            f"the rows add up to {-rest} {total.currency if total else ''} more than the cost",
            "lower them until nothing is paid twice",
        )
    shares = [_share(row, amount, total) for row, amount in others]
    left = None if None in shares else 1 - sum((share or Decimal(0) for share in shares), Decimal(0))
    if left is not None and left < 0:
        raise Refused.at(
            "rows", f"the rows add up to {_percent(1 - left)} %", f"lower them by {_percent(-left)} % to reach 100 %"
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


def _as_a_whole(rows: Sequence[Row]) -> list[Mistake]:
    mistakes = []
    own = [index for index, row in enumerate(rows) if row.source == OWN]
    if len(own) != 1:
        found = "no row is" if not own else f"{len(own)} rows are"
        mistakes.append(
            Mistake("rows", f"{found} the own contribution", "give exactly one row with source own; it may be zero")
        )
    if len(rows) > MOST_ROWS:
        mistakes.append(Mistake("rows", f"there are {len(rows)} rows", f"give at most {MOST_ROWS}; add up small ones"))
    return mistakes


def _one_by_one(rows: Sequence[Row], total: Money | None) -> list[Mistake]:
    mistakes: list[Mistake] = []
    seen: set[str] = set()

    def wrong(index: int, field: str, message: str, mend: str) -> None:
        mistakes.append(Mistake(f"rows.{index}.{field}", message, mend))

    for index, row in enumerate(rows):
        if row.source not in SOURCES:
            wrong(index, "source", f"{row.source!r} is no source of money", f"take one of {', '.join(SOURCES)}")
        if row.rate is not None and not 0 <= row.rate <= 1:
            wrong(index, "rate", f"{_percent(row.rate)} % is not from 0 to 100 %", "write a share such as 0.85")
        if row.rate is not None and row.amount is not None:
            wrong(index, "amount", "a rate and an amount are both given", "give one of them; the other follows")
        if row.rate is None and row.amount is None and row.source != OWN:
            wrong(
                index, "rate", "neither a rate nor an amount is given", "give one; only the own share may be the rest"
            )
        if row.amount is not None and row.amount.amount < 0:
            wrong(index, "amount", f"{row.amount.amount} is below zero", "write an amount of zero or more")
        if row.amount is not None and total is not None and row.amount.currency != total.currency:
            wrong(index, "amount", f"{row.amount.currency} beside {total.currency}", f"give it in {total.currency}")
        if row.source == OWN and row.fund_id is not None:
            wrong(index, "fund_id", "the own contribution comes from no fund", "leave fund_id out")
        if row.source == "eu" and row.fund_id is None:
            wrong(index, "fund_id", "EU money without its fund", "name the fund or the call it comes from")
        if row.fund_id is not None and row.fund_id in seen:
            wrong(index, "fund_id", f"{row.fund_id} stands twice", "give every fund one row")
        seen |= {row.fund_id} if row.fund_id else set()
    return mistakes


def _against(rules: Sequence[FundRule], rows: Sequence[Row], total: Money | None) -> list[Mistake]:
    mistakes: list[Mistake] = []
    by_fund = {rule.fund_id: rule for rule in rules}
    for index, row in enumerate(rows):
        if row.fund_id is None:
            continue
        rule = by_fund.get(row.fund_id)
        if rule is None:
            if row.source == "eu" and rules:
                mistakes.append(
                    Mistake(
                        f"rows.{index}.fund_id",
                        f"the call has no fund {row.fund_id}",
                        f"take one of {', '.join(by_fund)}",
                    )
                )
            continue
        asked = row.rate
        if asked is None and row.amount is not None and total is not None and total.amount:
            exact = _by_rate(rule.rate, total)
            asked = rule.rate if row.amount.amount == exact else row.amount.amount / total.amount
        if asked is None:
            continue
        if not rule.adjustable and asked != rule.rate:
            told = f"the call fixes {row.fund_id} at {_percent(rule.rate)} %, not {_percent(asked)} %"
            mistakes.append(Mistake(f"rows.{index}.rate", told, f"write {rule.rate}"))
        elif asked > rule.rate:
            told = f"the call gives at most {_percent(rule.rate)} % of {row.fund_id}, not {_percent(asked)} %"
            mistakes.append(Mistake(f"rows.{index}.rate", told, f"write at most {rule.rate}"))
    return mistakes


def _hold_own(own: Row, left: Decimal | None, rest: Decimal | None, rows: Sequence[Row]) -> None:
    """What the own row states itself must be what the others leave."""
    if own.rate is not None and left is not None:
        by_amount = any(row.amount is not None for row in rows)
        if (own.rate != left and not by_amount) or abs(own.rate - left) > _SHOWN:
            whole = 1 - left + own.rate
            more = "lower" if whole > 1 else "raise"
            raise Refused.at(
                "rows",
                f"the rows add up to {_percent(whole)} %",
                f"{more} them by {_percent(abs(whole - 1))} % to reach exactly 100 %",
            )
    if own.amount is not None and rest is not None and own.amount.amount != rest:
        over = own.amount.amount - rest
        more = "more" if over > 0 else "less"
        raise Refused.at(
            "rows",
            f"the rows add up to {abs(over)} {own.amount.currency} {more} than the cost",
            f"write {rest} as the own contribution, or leave it out",
        )


def _amount(row: Row, total: Money | None) -> Decimal | None:
    if row.amount is not None:
        return row.amount.amount
    return None if total is None or row.rate is None else _by_rate(row.rate, total)


def _by_rate(rate: Decimal, total: Money) -> Decimal:
    return (total.amount * rate).quantize(CENT, rounding=ROUND_DOWN)


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


def _percent(share: Decimal) -> str:
    return f"{(share * 100).normalize():f}"


def add_up(rows: Sequence[SettledRow], total: Money) -> bool:
    """Whether the amounts are the total and the rates are one: what `settle` promises."""
    amounts = at_least((row.amount for row in rows), total.currency)
    return amounts.exact == Money(amount=total.amount, currency=total.currency) and (
        sum((row.rate or Decimal(0) for row in rows), Decimal(0)) == 1
    )
