"""Adding up money of which some may be unknown."""

from __future__ import annotations

from collections.abc import Iterable
from functools import reduce
from operator import add

from contracts.values import Money


def total_of(amounts: Iterable[Money | None]) -> Money | None:
    """Sum of the known amounts, without a phrase of its own.

    None when none is known, or when their currencies differ: neither is zero.
    """
    known = [Money(amount=each.amount, currency=each.currency, vat=each.vat) for each in amounts if each is not None]
    if len({each.currency for each in known}) != 1:
        return None
    return reduce(add, known)
