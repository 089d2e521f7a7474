"""The money of one EU topic, out of a budget overview that covers its whole call."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from pydantic import ValidationError

from contracts.funding import YearBudget
from contracts.values import Money
from services.funding.sources.source import Malformed
from services.funding.sources.untrusted import read_json


class UnreadableBudget(ValueError):
    """The overview is not what the portal documents, or does not say which money is this topic's."""


@dataclass(frozen=True, slots=True)
class TopicBudget:
    """What a topic has in all and by year, and the bounds of one grant, in EUR.

    Null or left out where the portal gives none or nought.
    """

    total: Money | None
    by_year: tuple[YearBudget, ...]
    least: Money | None
    most: Money | None


def topic_budget(overview: str, *, identifier: str, ccm2_id: str | None) -> TopicBudget:
    """The budget of one topic.

    Rows of sibling topics are left out, and rows of one topic are never added up: they repeat one shared
    budget. Raises UnreadableBudget when no row is the topic's own or when its rows disagree.
    """
    rows = _own_rows(_overview(overview), identifier, ccm2_id)
    if not rows:
        raise UnreadableBudget("the overview holds only the budgets of sibling topics")
    years = [_years(row) for row in rows]
    return TopicBudget(
        total=_agreed([_total(each) for each in years], "budget"),
        by_year=next((each for each in years if each), ()),
        least=_agreed([_euros(row.get("minContribution")) for row in rows], "smallest grant"),
        most=_agreed([_euros(row.get("maxContribution")) for row in rows], "largest grant"),
    )


def _overview(text: str) -> Mapping[str, Any]:
    try:
        overview = read_json(text.encode())
    except Malformed as error:
        raise UnreadableBudget(error.reason) from None
    rows = overview.get("budgetTopicActionMap") if isinstance(overview, dict) else None
    if not isinstance(rows, dict):
        raise UnreadableBudget("budgetTopicActionMap is missing")
    return rows


def _own_rows(by_topic: Mapping[str, Any], identifier: str, ccm2_id: str | None) -> list[Mapping[str, Any]]:
    return [
        row
        for topic, rows in by_topic.items()
        if isinstance(rows, list)
        for row in rows
        if isinstance(row, dict)
        and (topic == ccm2_id or str(row.get("action", "")).casefold().startswith(f"{identifier} ".casefold()))
    ]


def _years(row: Mapping[str, Any]) -> tuple[YearBudget, ...]:
    by_year = row.get("budgetYearMap")
    if not isinstance(by_year, dict):
        return ()
    amounts = {year: amount for year, value in by_year.items() if (amount := _euros(value)) is not None}
    try:
        return tuple(YearBudget(year=int(year), amount=amounts[year]) for year in sorted(amounts))
    except ValueError:
        raise UnreadableBudget(f"the budget is not given by year: {', '.join(sorted(amounts))[:80]}") from None


def _total(years: tuple[YearBudget, ...]) -> Money | None:
    amounts = [each.amount for each in years]
    return sum(amounts[1:], start=amounts[0]) if amounts else None


def _euros(value: object) -> Money | None:
    """Nought means that the portal's form was left empty, not that nothing is given."""
    if value in (None, "", 0, "0"):
        return None
    try:
        amount = Decimal(str(value).replace(" ", ""))
        return Money(amount=amount, currency="EUR", phrase=str(value)) if amount else None
    except (InvalidOperation, ValidationError):
        raise UnreadableBudget(f"{str(value)[:40]!r} is no amount in euros") from None


def _agreed(amounts: list[Money | None], what: str) -> Money | None:
    known = [amount for amount in amounts if amount is not None]
    if len({amount.amount for amount in known}) > 1:
        raise UnreadableBudget(f"the topic's own rows give different values of its {what}")
    return known[0] if known else None
