"""Who pays what: the open cost of an activity, the grant a call may give, and the municipality's own share."""

from __future__ import annotations

from decimal import Decimal

from contracts.values import Money


def open_cost(estimated: Money | None, committed: Money | None) -> Money | None:
    """Estimated less committed. None while the cost is not known, or when the two are in different currencies."""
    if estimated is None or committed is None:
        return estimated
    return estimated - committed if estimated.currency == committed.currency else None


def grant(cost: Money | None, rate: Decimal | None, largest: Money | None) -> Money | None:
    """What a call may pay: cost times rate, at most the largest grant. None when cost or rate is not known."""
    if cost is None or rate is None:
        return None
    by_rate = cost.times(rate)
    if largest is None:
        return by_rate
    if largest.currency != cost.currency:
        return None
    return Money(amount=min(by_rate.amount, largest.amount), currency=cost.currency, vat=cost.vat)


def own_share(cost: Money | None, rate: Decimal | None, largest: Money | None) -> Money | None:
    """What the municipality would add: the open cost less the grant. None when cost or rate is not known."""
    paid = grant(cost, rate, largest)
    return cost - paid if cost is not None and paid is not None else None
