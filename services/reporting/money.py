"""Adding up money of which some may be unknown, and what that leaves open."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from functools import reduce
from operator import add

from pydantic import Field

from contracts.values import Money, Value


class MoneySum(Value):
    """A sum of what is known, and how many amounts it rests on and leaves out."""

    known: Money | None = Field(description="Null when nothing is known; zero when there was nothing to add.")
    counted: int = Field(default=0, description="How many amounts were added.")
    unknown: int = Field(default=0, description="How many have no amount, or one in another currency.")


def total(amounts: Iterable[Money | None], currency: str = "EUR") -> MoneySum:
    """Sum of the amounts in `currency`; an unknown amount, or one in another currency, is counted and not added."""
    every = list(amounts)
    added = [_bare(each) for each in every if each is not None and each.currency == currency]
    left_out = len(every) - len(added)
    if added:
        return MoneySum(known=reduce(add, added), counted=len(added), unknown=left_out)
    return MoneySum(known=None if left_out else nothing(currency), unknown=left_out)


def still_open(estimated: Money | None, committed: Money | None) -> Money | None:
    """What nobody has committed yet: never below zero, and unknown when either side is."""
    if estimated is None or committed is None or estimated.currency != committed.currency:
        return None
    rest = estimated.amount - committed.amount
    return Money(amount=max(rest, Decimal("0.00")), currency=estimated.currency, vat=estimated.vat)


def share_of(committed: Money | None, estimated: Money | None) -> Decimal | None:
    """Committed divided by estimated, to four decimals; None when either is unknown or nothing was estimated.

    More than 1 means that more is committed than the plan estimates.
    """
    if estimated is None or committed is None or estimated.currency != committed.currency or not estimated.amount:
        return None
    return (committed.amount / estimated.amount).quantize(Decimal("0.0001"))


def nothing(currency: str = "EUR") -> Money:
    return Money(amount=Decimal("0.00"), currency=currency)


def _bare(money: Money) -> Money:
    """The amount without the words it was read from: a sum has none."""
    return Money(amount=money.amount, currency=money.currency, vat=money.vat)
