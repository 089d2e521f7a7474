"""Obligations in the order in which they come: by month, with what is late first."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from contracts.values import PartialDate, Value
from services.funding.ledger.cash_flow import ExpectedClaim
from services.funding.obligations.obligations import Obligation


class Slot(Value):
    """Obligations due in one month, or in one year of which the month is not known; null has no date at all."""

    when: PartialDate | None
    obligations: list[Obligation]


def by_month(obligations: Iterable[Obligation]) -> list[Slot]:
    """Slots in the order of their last day, those without a date at the end."""
    slots: dict[str | None, list[Obligation]] = {}
    for each in sorted(obligations, key=_order):
        slots.setdefault(each.due.value[:7] if each.due else None, []).append(each)
    return [Slot(when=PartialDate(value=key) if key else None, obligations=kept) for key, kept in slots.items()]


def claims_expected(obligations: Iterable[Obligation]) -> list[ExpectedClaim]:
    """The claims among them, as the cash-flow forecast takes them; waived ones are not asked for."""
    return [
        ExpectedClaim(
            amount=each.amount,
            due=each.due.last_day() if each.due else None,
            paid_on=each.paid_on.last_day() if each.paid_on else None,
        )
        for each in obligations
        if each.kind == "claim" and each.state != "waived"
    ]


def late_first(obligations: Sequence[Obligation], today: date) -> list[Obligation]:
    return sorted((each for each in obligations if each.late(today)), key=_order)


def _order(obligation: Obligation) -> tuple[bool, date, str]:
    due = obligation.due
    return due is None, due.last_day() if due else date.max, obligation.obligation_id
