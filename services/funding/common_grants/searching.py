"""What a CommonGrants search asks for, as a question to the store, with everything it could not be asked.

A filter or an order that is not understood is left out and told in `filterInfo.errors` and `sortInfo.errors`; so asks
the protocol.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any
from zoneinfo import ZoneInfo

from services.funding.calls.listing import Wanted
from services.funding.common_grants.opportunity import STATUS, ZONE

SORTS = {
    "lastModifiedAt": "last_changed_at",
    "createdAt": "first_seen_at",
    "title": "title",
    "status.value": "status",
    "keyDates.closeDate": "next_deadline",
    "funding.minAwardAmount": "min_amount.amount",
    "funding.maxAwardAmount": "max_amount.amount",
    "funding.totalAmountAvailable": "budget.amount",
}
_OURS = {theirs: ours for ours, theirs in STATUS.items()}
_STATUSES = {"forecasted", "open", "closed", "custom"}


class NotUnderstood(ValueError):
    """A part of the search that cannot be asked, in words."""


@dataclass(slots=True)
class Search:
    """The question, its order, and what was left out of either."""

    query: dict[str, Any]
    sort: list[tuple[str, int]]
    sort_by: str
    sort_order: str
    filters: dict[str, Any]
    filter_errors: list[str] = field(default_factory=list)
    sort_errors: list[str] = field(default_factory=list)


def search_of(body: dict[str, Any]) -> Search:
    """The search a body asks for. Raises NotUnderstood when its parts are not objects or its text no text."""
    text, filters, sorting = body.get("search") or "", body.get("filters") or {}, body.get("sorting") or {}
    if not isinstance(text, str) or not isinstance(filters, dict) or not isinstance(sorting, dict):
        raise NotUnderstood("`search` is a text, `filters` and `sorting` are objects")
    parts = [Wanted(text=text[:200].strip()).query()]
    errors: list[str] = []
    for name, value in filters.items():
        try:
            if name == "customFilters":
                errors += [f"customFilters.{each}: this server has no such filter" for each in value or {}]
            elif name in _FILTERS:
                parts.append(_FILTERS[name](value))
            else:
                raise NotUnderstood("this server has no such filter")
        except (NotUnderstood, KeyError, TypeError, AttributeError) as error:
            what = str(error) if isinstance(error, NotUnderstood) else "it is an object with `operator` and `value`"
            errors.append(f"{name}: {what}")
    by, order = str(sorting.get("sortBy", "lastModifiedAt")), str(sorting.get("sortOrder", "desc"))
    unknown = [f"sortBy: cannot sort by {by!r}; by lastModifiedAt instead"] if by not in SORTS else []
    by = by if by in SORTS else "lastModifiedAt"
    sort = [(SORTS[by], 1 if order == "asc" else -1), ("_id", 1)]
    return Search({"$and": parts}, sort, by, "asc" if order == "asc" else "desc", filters, errors, unknown)


def _status(asked: dict[str, Any]) -> dict[str, Any]:
    operator, values = asked["operator"], asked["value"]
    if operator not in {"in", "notIn"} or not isinstance(values, list) or not set(values) <= _STATUSES:
        raise NotUnderstood(f"operator is in or notIn, value a list of {', '.join(sorted(_STATUSES))}")
    ours = [status for each in values for status in ([_OURS[each]] if each in _OURS else ["withdrawn", "unknown"])]
    return {"status": {"$in" if operator == "in" else "$nin": ours}}


def _range(asked: dict[str, Any], name: str, bound: Callable[[Any, bool], Any]) -> dict[str, Any]:
    """What lies between two bounds, both included, or outside of them. What is not known lies in neither."""
    operator, value = asked["operator"], asked["value"]
    low, high = value.get("min"), value.get("max")
    if operator not in {"between", "outside"} or (low is None and high is None):
        raise NotUnderstood("operator is between or outside, value has a min, a max, or both")
    least, most = (None if each is None else bound(each, last) for each, last in ((low, False), (high, True)))
    if operator == "between":
        limits = {"$gte": least, "$lte": most}
        return {name: {step: limit for step, limit in limits.items() if limit is not None}}
    beyond = [{name: {"$lt": least}}] if least is not None else []
    return {"$or": beyond + ([{name: {"$gt": most}}] if most is not None else [])}


def _moment(text: Any, last: bool) -> datetime:
    """A day means the whole of it, by our clock; a time without an offset is one of ours."""
    zone = ZoneInfo(ZONE)
    try:
        if len(str(text)) == 10:
            start = datetime.combine(date.fromisoformat(str(text)), time(), zone)
            return (start + timedelta(days=1)).astimezone(UTC) - timedelta(milliseconds=1) if last else start
        moment = datetime.fromisoformat(str(text))
    except ValueError:
        raise NotUnderstood(f"{text!r} is no date such as 2027-03-31") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=zone)


def _closes(asked: dict[str, Any]) -> dict[str, Any]:
    return _range(asked, "next_deadline", _moment)


def _money(name: str) -> Callable[[dict[str, Any]], dict[str, Any]]:
    def question(asked: dict[str, Any]) -> dict[str, Any]:
        bounds = [each for each in asked["value"].values() if each is not None]
        currencies = {each["currency"] for each in bounds}
        if len(currencies) != 1:
            raise NotUnderstood("both amounts are in one currency")
        return {"$and": [{f"{name}.currency": currencies.pop()}, _range(asked, f"{name}.amount", _amount)]}

    return question


def _amount(money: Any, _: bool) -> Decimal:
    try:
        return Decimal(money["amount"])
    except (InvalidOperation, TypeError):
        raise NotUnderstood('an amount is a text such as "150000.00"') from None


_FILTERS: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {
    "status": _status,
    "closeDateRange": _closes,
    "totalFundingAvailableRange": _money("budget"),
    "minAwardAmountRange": _money("min_amount"),
    "maxAwardAmountRange": _money("max_amount"),
}
