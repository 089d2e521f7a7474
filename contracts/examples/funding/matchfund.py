"""The own share of the makerspace: reserved, a part of it released, the rest spent."""

from __future__ import annotations

from decimal import Decimal

from contracts.examples.actions import ACTIVITY
from contracts.examples.funding.calls import CALL
from contracts.funding import MatchfundReleasedV1, MatchfundReservedV1, MatchfundSpentV1
from contracts.registry import Event
from contracts.values import Money

_KEPT = {
    "reservation_id": "reservation-2027-014",
    "line_id": "line-2027-160310",
    "budget_code": "160310",
    "nrp_item": "OB036-26-0011",
    "year": 2027,
    "title": "Ustvarjalni laboratorij, 1. faza",
    "call_id": CALL,
    "activity_id": ACTIVITY,
}

EXAMPLES: tuple[Event, ...] = (
    MatchfundReservedV1(**_KEPT, amount=Money(amount=Decimal("34500.00")), available=Money(amount=Decimal("5500.00"))),
    MatchfundReleasedV1(
        **_KEPT,
        amount=Money(amount=Decimal("1500.00")),
        available=Money(amount=Decimal("7000.00")),
        reason="Oprema je stala manj, kot je bilo predvideno.",
        because="spent_less",
    ),
    MatchfundSpentV1(**_KEPT, amount=Money(amount=Decimal("33000.00")), available=Money(amount=Decimal("7000.00"))),
)
