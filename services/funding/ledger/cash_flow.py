"""What a project costs the municipality's account month by month, until its claims are paid.

Assumptions, all of them dated parameters: a claim is made at the end of every `claim_every_months`, counted from the
first payment, for what was paid in them; the funders pay it `claim_to_payment_days` later. A cost dated to the year
is paid in twelve equal parts. Claims that are recorded for a project take the place of assumed ones. VAT that comes
back with the monthly return is left out, on both sides.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_DOWN, Decimal

from contracts.values import Money, PartialDate, Value
from services.funding.ledger.costs import CostFacts
from services.funding.ledger.months import Month, days_later, month_of
from services.funding.ledger.totals import CENT, AtLeast, at_least
from services.funding.parameters import Parameters


class Terms(Value):
    """How claims are assumed to run, and where that is recorded."""

    claim_every_months: int
    claim_to_payment_days: int
    sources: list[str] = []


class ExpectedClaim(Value):
    """A claim as it is recorded with an award: what it asks for and when it is due or was paid."""

    amount: Money | None
    due: date | None
    paid_on: date | None = None


class MonthOfCash(Value):
    """One month: `waiting` is what was paid for the funders so far and has not come back yet."""

    month: PartialDate
    paid: Money
    refunded: Money
    waiting: Money
    balance: Money


class CashFlow(Value):
    """The forecast of one project or of several. The gap is the most that is ever waited for.

    `left_out` counts costs and claims without a date or an amount: with any, every figure is 'at least'.
    """

    months: list[MonthOfCash]
    gap: AtLeast
    gap_month: PartialDate | None
    settled: PartialDate | None
    left_out: int


def terms_on(parameters: Parameters, day: date) -> Terms:
    """The assumptions that hold on `day`. Raises Missing for one that is not recorded."""
    every, until_paid = (parameters.value(code, day) for code in ("claim_every_months", "claim_to_payment_days"))
    return Terms(
        claim_every_months=int(every.number or 0),
        claim_to_payment_days=int(until_paid.number or 0),
        sources=list(dict.fromkeys([every.source, until_paid.source])),
    )


@dataclass(frozen=True, slots=True)
class Flows:
    """Payments and refunds of one project by month, in one currency, and how many could not be placed."""

    paid: dict[Month, Decimal]
    for_funders: dict[Month, Decimal]
    refunded: dict[Month, Decimal]
    left_out: int


def flows(
    costs: Sequence[CostFacts], external: Decimal | None, terms: Terms, claims: Sequence[ExpectedClaim] = ()
) -> Flows:
    """What one project pays and gets back. `external` is the share others pay; None when not known."""
    paid: dict[Month, Decimal] = defaultdict(Decimal)
    left_out = 0
    for cost in costs:
        if cost.eligible is None or cost.paid is None:
            left_out += 1
            continue
        for month, part in spread(cost.eligible.amount, cost.paid):
            paid[month] += part
    if external is None:
        left_out += 1
    theirs = _their_part(paid, external or Decimal(0))
    if claims:
        refunded, unplaced = _recorded(claims, terms)
        left_out += unplaced
    else:
        refunded = _assumed(theirs, terms)
    return Flows(dict(paid), theirs, refunded, left_out)


def forecast(every: Iterable[Flows]) -> CashFlow:
    """Month by month over all `every` projects, from the first payment to the last refund."""
    projects = list(every)
    paid = _merged(each.paid for each in projects)
    theirs = _merged(each.for_funders for each in projects)
    refunded = _merged(each.refunded for each in projects)
    left_out = sum(each.left_out for each in projects)
    touched = sorted({*paid, *refunded})
    months: list[MonthOfCash] = []
    waiting = balance = Decimal("0.00")
    month = touched[0] if touched else None
    while month is not None and month <= touched[-1]:
        waiting += theirs.get(month, Decimal(0)) - refunded.get(month, Decimal(0))
        balance += refunded.get(month, Decimal(0)) - paid.get(month, Decimal(0))
        months.append(
            MonthOfCash(
                month=month.as_date,
                paid=_euros(paid.get(month, Decimal(0))),
                refunded=_euros(refunded.get(month, Decimal(0))),
                waiting=_euros(waiting),
                balance=_euros(balance),
            )
        )
        month = month.plus(1)
    worst = max(months, key=lambda each: each.waiting.amount, default=None)
    reached = worst is not None and worst.waiting.amount > 0
    return CashFlow(
        months=months,
        gap=AtLeast(known=worst.waiting if worst and reached else _euros(Decimal(0)), unknown=left_out),
        gap_month=worst.month if worst and reached else None,
        settled=months[-1].month if months and waiting <= 0 and not left_out else None,
        left_out=left_out,
    )


def spread(amount: Decimal, when: PartialDate) -> list[tuple[Month, Decimal]]:
    """An amount over the months its date may mean; the last one takes the cents that do not divide."""
    if when.precision != "year":
        return [(month_of(when.first_day()), amount)]
    first = month_of(when.first_day())
    part = (amount / 12).quantize(CENT, rounding=ROUND_DOWN)
    return [*((first.plus(step), part) for step in range(11)), (first.plus(11), amount - 11 * part)]


def _their_part(paid: dict[Month, Decimal], external: Decimal) -> dict[Month, Decimal]:
    """The funders' part of each month's payments; rounding is evened out in the last month."""
    whole = (sum(paid.values(), Decimal(0)) * external).quantize(CENT, rounding=ROUND_DOWN)
    parts: dict[Month, Decimal] = {}
    for month in sorted(paid)[:-1]:
        parts[month] = (paid[month] * external).quantize(CENT, rounding=ROUND_DOWN)
    if paid:
        parts[max(paid)] = whole - sum(parts.values(), Decimal(0))
    return parts


def _assumed(theirs: dict[Month, Decimal], terms: Terms) -> dict[Month, Decimal]:
    refunded: dict[Month, Decimal] = defaultdict(Decimal)
    first = min(theirs, default=None)
    for month, part in theirs.items():
        if first is None or not part:
            continue
        period = month.since(first) // terms.claim_every_months + 1
        claimed = first.plus(period * terms.claim_every_months - 1).last_day()
        refunded[month_of(days_later(claimed, terms.claim_to_payment_days))] += part
    return dict(refunded)


def _recorded(claims: Sequence[ExpectedClaim], terms: Terms) -> tuple[dict[Month, Decimal], int]:
    refunded: dict[Month, Decimal] = defaultdict(Decimal)
    unplaced = 0
    for claim in claims:
        arrives = claim.paid_on or (claim.due and days_later(claim.due, terms.claim_to_payment_days))
        if claim.amount is None or arrives is None:
            unplaced += 1
        elif claim.amount.amount:
            refunded[month_of(arrives)] += claim.amount.amount
    return dict(refunded), unplaced


def _merged(parts: Iterable[dict[Month, Decimal]]) -> dict[Month, Decimal]:
    merged: dict[Month, Decimal] = defaultdict(Decimal)
    for part in parts:
        for month, amount in part.items():
            merged[month] += amount
    return merged


def _euros(amount: Decimal) -> Money:
    return at_least([Money(amount=amount)]).known
