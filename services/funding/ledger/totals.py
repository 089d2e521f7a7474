"""Adding up money of which some may be unknown: the sum then says 'at least'."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from contracts.values import Money, Value

CENT = Decimal("0.01")


class AtLeast(Value):
    """The sum of what is known, and how many amounts are missing from it. Exact when `unknown` is 0."""

    known: Money
    unknown: int = 0

    @property
    def exact(self) -> Money | None:
        return None if self.unknown else self.known


def euros(amount: Decimal | int | str) -> Money:
    return Money(amount=Decimal(amount).quantize(CENT))


def nothing(currency: str = "EUR") -> Money:
    return Money(amount=Decimal("0.00"), currency=currency)


def at_least(amounts: Iterable[Money | None], currency: str = "EUR") -> AtLeast:
    """Amounts in another currency cannot be added and count as unknown."""
    known, unknown = Decimal("0.00"), 0
    for each in amounts:
        if each is None or each.currency != currency:
            unknown += 1
        else:
            known += each.amount
    return AtLeast(known=Money(amount=known, currency=currency), unknown=unknown)


def slovene(amount: Decimal) -> str:
    """1250000.5 as 1.250.000,50."""
    return f"{amount:,.2f}".translate(str.maketrans(",.", ".,"))
