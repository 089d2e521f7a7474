"""Lists of calls: what may be asked for, in which order, and where a page of it begins.

What is not known stays in: a call that does not say how much it gives may give enough, and one that names no
territory may be for everybody. Each order says where the unknown stands: behind the known.
"""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Annotated, Any, Literal, get_args
from zoneinfo import ZoneInfo

from fastapi import Query

from contracts.funding import CallStatus
from kit.http.problems import Problem
from services.funding.calls.search_words import wanted_words
from services.funding.territory import KNOWN as TERRITORIES
from services.funding.territory import around, covers

Status = CallStatus | Literal["current"]
Order = Literal["deadline", "newest", "changed", "amount", "id"]
ORDERS: tuple[Order, ...] = get_args(Order)
STATUSES: tuple[CallStatus, ...] = get_args(CallStatus)
CURRENT: tuple[CallStatus, ...] = ("forecast", "open", "unknown")
_ZONE = ZoneInfo("Europe/Ljubljana")
# What no list shows, and what is long.
SHORT = {"readings": 0, "words": 0}


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody looks for among the calls; None and "" ask for nothing."""

    text: str = ""
    status: Status | None = None
    source: str | None = None
    theme: str | None = None
    territory: str | None = None
    deadline_from: date | None = None
    deadline_to: date | None = None
    amount: Decimal | None = None

    def query(self) -> dict[str, Any]:
        """The question to the store. Raises Problem for a place nobody knows."""
        parts: list[dict[str, Any]] = [{"joined_into": None}]
        if self.status:
            parts.append({"status": {"$in": list(CURRENT)} if self.status == "current" else self.status})
        if self.source:
            parts.append({"readings.facts.source": self.source})
        if self.theme:
            parts.append({"themes": self.theme})
        if self.territory:
            parts.append({"territory": {"$in": [*_open_to(self.territory), None]}})
        if self.deadline_from or self.deadline_to:
            parts.append({"deadlines.at": _between(self.deadline_from, self.deadline_to)})
        if self.amount is not None:
            parts.append({"$or": [{"max_amount": None}, {"max_amount.amount": {"$gte": self.amount}}]})
        parts += [{"words": {"$regex": f"^{_escaped(word)}"}} for word in wanted_words(self.text)[:8]]
        return {"$and": parts}


def wanted(
    text: Annotated[str, Query(max_length=200, description="Words of the call, in any of their forms.")] = "",
    status: Annotated[Status | Literal[""] | None, Query(description="`current`: forecast, open or unknown.")] = None,
    source: Annotated[str | None, Query(max_length=80, description="Any source that speaks of the call.")] = None,
    theme: Annotated[str | None, Query(max_length=80)] = None,
    territory: Annotated[
        str | None, Query(max_length=40, description="A place: calls that are for it, or do not say.")
    ] = None,
    deadline_from: Annotated[date | Literal[""] | None, Query(description="A deadline on this day or later.")] = None,
    deadline_to: Annotated[date | Literal[""] | None, Query(description="A deadline on this day or earlier.")] = None,
    amount: Annotated[
        Decimal | Literal[""] | None, Query(ge=0, description="Calls that may give this much, or do not say.")
    ] = None,
) -> Wanted:
    """The filters of a list as FastAPI takes them; a field of a form that was left empty asks for nothing."""
    return Wanted(
        text.strip(),
        status or None,
        source or None,
        theme or None,
        territory or None,
        deadline_from or None,
        deadline_to or None,
        amount if amount != "" else None,
    )


@dataclass(frozen=True, slots=True)
class Stretch:
    """One part of an order: the calls that belong to it, and by which field they stand in line."""

    query: dict[str, Any]
    field: str
    direction: Literal[1, -1] = 1


def _stretches(order: Order, now: datetime) -> list[Stretch]:
    match order:
        case "newest":
            return [Stretch({}, "first_seen_at", -1)]
        case "changed":
            return [Stretch({}, "last_changed_at", -1)]
        case "amount":
            return [
                Stretch({"max_amount": {"$ne": None}}, "max_amount.amount", -1),
                Stretch({"max_amount": None}, "_id"),
            ]
        case "deadline":
            return [
                Stretch({"next_deadline": {"$gte": now}}, "next_deadline"),
                Stretch({"next_deadline": None}, "_id"),
                Stretch({"next_deadline": {"$lt": now}}, "next_deadline", -1),
            ]
        case _:
            return [Stretch({}, "_id")]


async def page_of_calls(
    collection: Any, wanted: Wanted, order: Order, now: datetime, *, after: str | None, limit: int
) -> tuple[list[dict[str, Any]], str | None]:
    """One page of documents and the cursor of the next, None on the last. Raises Problem for a cursor not ours."""
    stretches = _stretches(order, now)
    index, bound = _opened(after, stretches)
    found: list[dict[str, Any]] = []
    cursor: str | None = None
    for number in range(index, len(stretches)):
        stretch = stretches[number]
        query = {"$and": [wanted.query(), stretch.query, *([bound] if number == index and bound else [])]}
        sort = [(stretch.field, stretch.direction)] + ([("_id", 1)] if stretch.field != "_id" else [])
        room = limit + 1 - len(found)
        part = await collection.find(query, SHORT, sort=sort, limit=room).to_list(None)
        found += part
        if len(found) > limit:
            last = part[-2] if len(part) > 1 else None
            cursor = _cursor(number, stretch, last) if last else _cursor(number, stretch, None)
            return found[:limit], cursor
    return found, None


async def all_calls(collection: Any, wanted: Wanted, order: Order, now: datetime) -> AsyncIterator[dict[str, Any]]:
    """Every call asked for, in order, one after the other."""
    for stretch in _stretches(order, now):
        query = {"$and": [wanted.query(), stretch.query]}
        async for document in collection.find(query, SHORT, sort=[(stretch.field, stretch.direction)]):
            yield document


def _cursor(number: int, stretch: Stretch, last: dict[str, Any] | None) -> str:
    """Where the next page begins: in which stretch, and behind which call of it."""
    if last is None:
        return urlsafe_b64encode(json.dumps([number]).encode()).decode().rstrip("=")
    value: Any = last
    for part in stretch.field.split("."):
        value = value[part]
    said = value.isoformat() if isinstance(value, datetime) else str(value)
    return urlsafe_b64encode(json.dumps([number, said, last["_id"]]).encode()).decode().rstrip("=")


def _opened(after: str | None, stretches: list[Stretch]) -> tuple[int, dict[str, Any] | None]:
    if after is None:
        return 0, None
    try:
        number, *place = json.loads(urlsafe_b64decode(after + "=" * (-len(after) % 4)))
        stretch = stretches[number]
        if not place:
            return number, None
        said, last = place
        if stretch.field == "_id":
            return number, {"_id": {"$gt": last}}
        value = _value(stretch.field, said)
    except (ValueError, TypeError, IndexError, ArithmeticError):
        raise Problem.at("after", "it is no cursor of this list", "take `next` of the page before") from None
    step = "$gt" if stretch.direction == 1 else "$lt"
    return number, {"$or": [{stretch.field: {step: value}}, {stretch.field: value, "_id": {"$gt": last}}]}


def _value(field: str, said: str) -> datetime | Decimal:
    return Decimal(said) if field.endswith("amount") else datetime.fromisoformat(said)


def _open_to(place: str) -> list[str]:
    """The territories of calls that somebody in `place` may answer, as far as it can be told."""
    if place not in TERRITORIES:
        raise Problem.at("territory", f"{place!r} is no place known here", "write a code, such as SI-036, SI043 or SI")
    return sorted(around(place) | {code for code in TERRITORIES if covers(code, place) is None})


def _between(first: date | None, last: date | None) -> dict[str, datetime]:
    bounds = {}
    if first:
        bounds["$gte"] = _midnight(first)
    if last:
        bounds["$lt"] = _midnight(last + timedelta(days=1))
    return bounds


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), _ZONE).astimezone(UTC)


def _escaped(word: str) -> str:
    return "".join(letter if letter.isalnum() else f"\\{letter}" for letter in word)
