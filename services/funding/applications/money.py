"""What the activities of an application still cost and what the call would pay, in sums that add up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import reduce

from contracts.actions import NeedChangedV1
from contracts.values import LocalText, Money
from services.funding.co_financing import grant, open_cost


@dataclass(frozen=True, slots=True)
class MoneyRow:
    """One activity: its cost, what is committed to it, and what is open. None: not known."""

    number: str
    title: LocalText
    estimated: Money | None
    committed: Money | None
    open: Money | None


@dataclass(frozen=True, slots=True)
class MoneySummary:
    """The rows and their sums; a sum is None as soon as one of its rows is not known."""

    rows: list[MoneyRow]
    estimated: Money | None
    open: Money | None
    rate: Decimal | None
    from_the_call: Money | None
    own_share: Money | None


def summed(needs: Sequence[NeedChangedV1], rate: Decimal | None, largest: Money | None) -> MoneySummary:
    """`rate` is the share the call's funder pays, `largest` the most it gives."""
    rows = [
        MoneyRow(
            number=need.number,
            title=LocalText(sl=need.title_sl or need.title, en=need.title),
            estimated=need.estimated,
            committed=need.committed,
            open=open_cost(need.estimated, need.committed),
        )
        for need in needs
    ]
    still_open = _sum([row.open for row in rows])
    paid = grant(still_open, rate, largest)
    return MoneySummary(
        rows=rows,
        estimated=_sum([row.estimated for row in rows]),
        open=still_open,
        rate=rate,
        from_the_call=paid,
        own_share=still_open - paid if still_open is not None and paid is not None else None,
    )


def _sum(amounts: list[Money | None]) -> Money | None:
    known = [amount for amount in amounts if amount is not None]
    if not known or len(known) != len(amounts) or len({amount.currency for amount in known}) > 1:
        return None
    return reduce(Money.__add__, known)
