"""The bounds of a search: what no key can say, and is compared with a call once the index has found the search."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final, NamedTuple, Self

from contracts.funding import CallFacts
from services.notifications.subscriptions.filters import beyond_bounds
from services.notifications.subscriptions.subscription import Subscription


class Sum(NamedTuple):
    """An amount of money, as far as it is compared."""

    amount: Decimal
    currency: str


class Limits(NamedTuple):
    """As a subscription has them. Read from the store by the thousand, they are not validated again."""

    created_at: datetime | None = None
    paused_until: datetime | None = None
    programmes: tuple[str, ...] = ()
    min_amount: Sum | None = None
    max_amount: Sum | None = None
    min_rate: Decimal | None = None
    deadline_within: int | None = None
    deadline_from: date | None = None
    deadline_until: date | None = None

    @classmethod
    def of(cls, stored: Mapping[str, Any]) -> Self:
        """What `limits_of` has made."""
        return cls(**{name: _READ[name](value) if name in _READ else value for name, value in stored.items()})

    def let_through(self, call: CallFacts, at: datetime) -> bool:
        """Whether a call that the index has found for the search, heard of at that time, concerns its owner."""
        if self.created_at is not None and self.created_at > at:
            return False
        if self.paused_until is not None and self.paused_until > at:
            return False
        return beyond_bounds(self, call, at) is None


def limits_of(subscription: Subscription) -> dict[str, Any]:
    """The bounds that are set, in text: the driver reads that several times as fast as moments and decimals."""
    fields = subscription.model_dump(mode="json", include=set(Limits._fields))
    return {name: value for name, value in fields.items() if value}


def _sum(stored: Mapping[str, Any]) -> Sum:
    return Sum(Decimal(stored["amount"]), stored["currency"])


_READ: Final[Mapping[str, Callable[[Any], Any]]] = {
    "created_at": datetime.fromisoformat,
    "paused_until": datetime.fromisoformat,
    "min_amount": _sum,
    "max_amount": _sum,
    "min_rate": Decimal,
    "deadline_from": date.fromisoformat,
    "deadline_until": date.fromisoformat,
}
