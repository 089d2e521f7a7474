"""What co-financing rows must keep to before they are settled: every breach with its field and the mend."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_DOWN, Decimal

from pydantic import Field

from contracts.values import Code, Money, Value
from services.funding.ledger.refusal import Mistake
from services.funding.ledger.totals import CENT

MOST_ROWS = 5
SOURCES = ("eu", "state", "own", "partner", "private")
OWN = "own"


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


def breaches(rows: Sequence[Row], total: Money | None, rules: Sequence[FundRule]) -> list[Mistake]:
    """Everything wrong with the rows, as a whole, one by one, and against what the call says of its funds."""
    return [*_as_a_whole(rows), *_one_by_one(rows, total), *_against(rules, rows, total)]


def by_rate(rate: Decimal, total: Money) -> Decimal:
    """A rate of the total, rounded down to the cent."""
    return (total.amount * rate).quantize(CENT, rounding=ROUND_DOWN)


def percent(share: Decimal) -> str:
    return f"{(share * 100).normalize():f}"


def _as_a_whole(rows: Sequence[Row]) -> list[Mistake]:
    mistakes = []
    own = [index for index, row in enumerate(rows) if row.source == OWN]
    if len(own) != 1:
        found = "no row is" if not own else f"{len(own)} rows are"
        mistakes.append(
            Mistake(
                "rows",
                f"{found} the own contribution",
                "give exactly one row with source own; it may be zero",
                "Natanko ena vrstica mora biti lastni delež; lahko je nič.",
            )
        )
    if len(rows) > MOST_ROWS:
        mistakes.append(
            Mistake(
                "rows",
                f"there are {len(rows)} rows",
                f"give at most {MOST_ROWS}; add up small ones",
                f"Vrstic je {len(rows)}. Navedite jih največ {MOST_ROWS}.",
            )
        )
    return mistakes


def _one_by_one(rows: Sequence[Row], total: Money | None) -> list[Mistake]:
    mistakes: list[Mistake] = []
    seen: set[str] = set()

    def wrong(index: int, field: str, message: str, mend: str, sl: str) -> None:
        mistakes.append(Mistake(f"rows.{index}.{field}", message, mend, sl))

    for index, row in enumerate(rows):
        if row.source not in SOURCES:
            known = ", ".join(SOURCES)
            wrong(index, "source", f"{row.source!r} is no source of money", f"take one of {known}", "Izberite vir.")
        if row.rate is not None and not 0 <= row.rate <= 1:
            told = f"{percent(row.rate)} %"
            wrong(
                index,
                "rate",
                f"{told} is not from 0 to 100 %",
                "write a share such as 0.85",
                f"{told} ni med 0 in 100 %. Popravite delež.",
            )
        if row.rate is not None and row.amount is not None:
            wrong(
                index,
                "amount",
                "a rate and an amount are both given",
                "give one of them; the other follows",
                "Vpišite delež ali znesek, ne obojega.",
            )
        if row.rate is None and row.amount is None and row.source != OWN:
            wrong(
                index,
                "rate",
                "neither a rate nor an amount is given",
                "give one; only the own share may be the rest",
                "Vpišite delež ali znesek; samo lastni delež je lahko ostanek.",
            )
        if row.amount is not None and row.amount.amount < 0:
            below = f"{row.amount.amount} is below zero"
            wrong(index, "amount", below, "write an amount of zero or more", "Znesek ne sme biti negativen.")
        if row.amount is not None and total is not None and row.amount.currency != total.currency:
            other = f"{row.amount.currency} beside {total.currency}"
            wrong(index, "amount", other, f"give it in {total.currency}", f"Vpišite znesek v {total.currency}.")
        if row.source == OWN and row.fund_id is not None:
            wrong(
                index,
                "fund_id",
                "the own contribution comes from no fund",
                "leave fund_id out",
                "Lastni delež nima sklada. Pustite polje prazno.",
            )
        if row.source == "eu" and row.fund_id is None:
            wrong(
                index,
                "fund_id",
                "EU money without its fund",
                "name the fund or the call it comes from",
                "Vpišite sklad ali razpis, iz katerega je evropski denar.",
            )
        if row.fund_id is not None and row.fund_id in seen:
            wrong(
                index,
                "fund_id",
                f"{row.fund_id} stands twice",
                "give every fund one row",
                f"Sklad {row.fund_id} je naveden dvakrat. Vsak naj ima eno vrstico.",
            )
        seen |= {row.fund_id} if row.fund_id else set()
    return mistakes


def _against(rules: Sequence[FundRule], rows: Sequence[Row], total: Money | None) -> list[Mistake]:
    by_fund = {rule.fund_id: rule for rule in rules}
    mistakes: list[Mistake] = []
    for index, row in enumerate(rows):
        rule = by_fund.get(row.fund_id) if row.fund_id else None
        if rule is not None:
            mistakes += _against_rule(index, row, rule, total)
        elif row.source == "eu" and row.fund_id and rules:
            known = ", ".join(by_fund)
            mistakes.append(
                Mistake(
                    f"rows.{index}.fund_id",
                    f"the call has no fund {row.fund_id}",
                    f"take one of {known}",
                    f"Razpis nima sklada {row.fund_id}. Izberite med: {known}.",
                )
            )
    return mistakes


def _against_rule(index: int, row: Row, rule: FundRule, total: Money | None) -> list[Mistake]:
    asked = row.rate
    if asked is None and row.amount is not None and total is not None and total.amount:
        exact = row.amount.amount == by_rate(rule.rate, total)
        asked = rule.rate if exact else (row.amount.amount / total.amount).quantize(Decimal("0.000001"))
    if asked is None or asked == rule.rate or (rule.adjustable and asked < rule.rate):
        return []
    fixed, wanted = percent(rule.rate), percent(asked)
    if rule.adjustable:
        told = f"the call gives at most {fixed} % of {rule.fund_id}, not {wanted} %"
        sl = f"Razpis daje za {rule.fund_id} največ {fixed} %, ne {wanted} %."
        return [Mistake(f"rows.{index}.rate", told, f"write at most {rule.rate}", sl)]
    told = f"the call fixes {rule.fund_id} at {fixed} %, not {wanted} %"
    sl = f"Razpis za {rule.fund_id} določa {fixed} %, ne {wanted} %. Vpišite {fixed}."
    return [Mistake(f"rows.{index}.rate", told, f"write {rule.rate}", sl)]
