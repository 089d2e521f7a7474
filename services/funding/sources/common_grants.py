"""Any server of the CommonGrants protocol (0.1 to 0.4): GET /common-grants/opportunities, page by page.

Amounts are decimal strings, statuses forecasted, open, closed or custom, dates come without a zone.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any, Final
from zoneinfo import ZoneInfo

from contracts.funding import CallStatus
from contracts.values import Money, PartialDate
from services.funding.sources.html_text import plain_text
from services.funding.sources.parsed_call import Deadline, Grounds, ParsedCall, Unread
from services.funding.sources.source import Lost, Malformed, Payload, Portion, Reading, Rejected, Unreachable, Web
from services.funding.sources.untrusted import clean, read_json

PAGE = 100
MOST_PAGES = 500
_STATUS: Final[dict[str, CallStatus]] = {"forecasted": "forecast", "open": "open", "closed": "closed"}
_ZONE = ZoneInfo("Europe/Ljubljana")


@dataclass(frozen=True, slots=True)
class CommonGrants:
    """One server, added by a person under a name of its own."""

    name: str = "common-grants"
    address: str = ""
    title: str | None = None
    licence: str = "As the server's keeper states"
    may_be_empty: bool = False
    every: timedelta = timedelta(hours=6)

    async def poll(self, web: Web) -> AsyncIterator[Portion | Lost]:
        """Every page that the server counts."""
        number, pages = 1, 1
        url = f"{self.address}/common-grants/opportunities"
        while number <= min(pages, MOST_PAGES):
            try:
                payload = await web.get(url, {"page": str(number), "pageSize": str(PAGE)})
            except Unreachable as unreachable:
                if number == 1:
                    raise
                yield Lost(f"{url}?page={number}", unreachable.reason)
            else:
                pages = max(pages, _pages(payload))
                yield [payload]
            number += 1

    def read(self, payloads: Sequence[Payload]) -> Reading:
        """Opportunities as calls. Raises Malformed when an answer is not the protocol's."""
        calls: dict[str, ParsedCall] = {}
        rejected: list[Rejected] = []
        shape: Counter[str] = Counter()
        seen, expected = 0, 0
        for payload in payloads:
            answer = _answer(payload)
            expected = max(expected, _total(answer) or 0)
            for position, item in enumerate(answer["items"]):
                seen += 1
                place = f"{payload.url}#items/{position}"
                if not isinstance(item, dict) or not _text(item.get("id")) or not _text(item.get("title")):
                    rejected.append(
                        Rejected(place, "the opportunity has no id or no title", "id", "Tell the server's keeper")
                    )
                    continue
                shape.update(name for name, value in item.items() if value not in (None, {}, []))
                calls.setdefault(str(item["id"]), _Opportunity(item).call(self.name, place))
        merged = seen - len(calls) - len(rejected)
        return Reading(list(calls.values()), rejected, [], seen, merged, expected or None, shape)


@dataclass(slots=True)
class _Opportunity:
    """One opportunity under way to a call, with what could not be read of it."""

    item: Mapping[str, Any]
    grounds: dict[str, Grounds] = field(default_factory=dict)
    unread: list[Unread] = field(default_factory=list)

    def call(self, source: str, place: str) -> ParsedCall:
        item, funding = self.item, _dict(self.item.get("funding"))
        dates, extra = _dict(item.get("keyDates")), _dict(item.get("customFields"))
        status = _dict(item.get("status"))
        phrase = _text(status.get("customValue")) or _text(status.get("value"))
        deadline = self._deadline(_dict(dates.get("closeDate")))
        return ParsedCall(
            source=source,
            key=str(item["id"]),
            title=_text(item["title"]) or "",
            status=_STATUS.get(str(status.get("value")), "unknown"),
            status_phrase=phrase,
            funder=_text(_dict(_dict(extra.get("agency")).get("value")).get("name")),
            description=self._prose(item.get("description")),
            opens=self._opens(_dict(dates.get("postDate"))),
            deadlines=[deadline] if deadline else [],
            deadline_phrase=_text(_dict(dates.get("closeDate")).get("details")),
            min_amount=self._money("min_amount", funding.get("minAwardAmount")),
            max_amount=self._money("max_amount", funding.get("maxAwardAmount")),
            budget=self._money("budget", funding.get("totalAmountAvailable")),
            own_share_min=self._own_share(_dict(_dict(extra.get("costSharing")).get("value"))),
            eligible_applicants=self._applicants(),
            url=_address(item.get("source")),
            grounds=self.grounds,
            unread=self.unread,
            raw_reference=place,
        )

    def _doubt(self, name: str, phrase: object, reason: str) -> None:
        self.unread.append(Unread(field=name, phrase=str(phrase)[:200], reason=reason))

    def _prose(self, text: Any) -> str | None:
        try:
            return clean(plain_text(text)) or None if isinstance(text, str) else None
        except Malformed as malformed:
            self._doubt("description", text, malformed.reason)
            return None

    def _money(self, name: str, value: Any) -> Money | None:
        if value is None:
            return None
        amount, currency = _dict(value).get("amount"), _dict(value).get("currency")
        try:
            if not isinstance(amount, str) or not isinstance(currency, str):
                raise ValueError("an amount is a decimal string with a currency")
            return Money(
                amount=Decimal(amount).quantize(Decimal("0.01")), currency=currency, phrase=f"{amount} {currency}"
            )
        except (ValueError, InvalidOperation) as error:
            self._doubt(name, value, str(error).splitlines()[0][:200] or "this is no amount")
            return None

    def _deadline(self, event: Mapping[str, Any]) -> Deadline | None:
        phrase = " ".join(str(part) for part in (event.get("date") or event.get("endDate"), event.get("time")) if part)
        if not phrase:
            return None
        try:
            day = date.fromisoformat(str(event.get("date") or event.get("endDate")))
            hour = event.get("time") or event.get("endTime")
            moment = time.fromisoformat(hour) if isinstance(hour, str) else time(23, 59, 59)
        except ValueError:
            self._doubt("deadlines", phrase, "the protocol writes 2027-03-31 and 17:00:00")
            return None
        self.grounds["deadlines"] = Grounds(basis="derived", evidence="the protocol gives no time zone; ours was taken")
        at = datetime.combine(day, moment, tzinfo=_ZONE)
        return Deadline(at=at, hour_stated=isinstance(hour, str), phrase=phrase)

    def _opens(self, event: Mapping[str, Any]) -> PartialDate | None:
        day = event.get("date") or event.get("startDate")
        try:
            return PartialDate(value=date.fromisoformat(day).isoformat(), phrase=day) if isinstance(day, str) else None
        except ValueError:
            self._doubt("opens", day, "the protocol writes 2027-03-31")
            return None

    def _own_share(self, sharing: Mapping[str, Any]) -> Decimal | None:
        """The part an applicant brings, in per cent; a server may only say that there is one."""
        percentage = sharing.get("percentage")
        if isinstance(percentage, int | Decimal) and not isinstance(percentage, bool) and 0 <= percentage <= 100:
            return Decimal(percentage) / 100
        if percentage is not None:
            self._doubt("own_share_min", percentage, "a share is a number from 0 to 100")
        return None

    def _applicants(self) -> list[str]:
        kinds = [_dict(each) for each in self.item.get("acceptedApplicantTypes") or [] if isinstance(each, dict)]
        names = [_text(each.get("customValue")) or _text(each.get("value")) for each in kinds]
        return list(dict.fromkeys(name for name in names if name))


def _answer(payload: Payload) -> Mapping[str, Any]:
    answer = read_json(payload.body)
    if not isinstance(answer, dict) or not isinstance(answer.get("items"), list):
        raise Malformed(f"{payload.url} holds no list 'items'", "Check that it is the address of a CommonGrants server")
    return answer


def _pages(payload: Payload) -> int:
    try:
        total = _total(_answer(payload))
    except Malformed:
        return 1
    return math.ceil((total or 0) / PAGE)


def _total(answer: Mapping[str, Any]) -> int | None:
    total = _dict(answer.get("paginationInfo")).get("totalItems")
    return total if isinstance(total, int) and 0 <= total <= PAGE * MOST_PAGES else None


def _dict(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _text(value: Any) -> str | None:
    return clean(value) or None if isinstance(value, str) else None


def _address(value: Any) -> str | None:
    return value if isinstance(value, str) and value.startswith(("https://", "http://")) else None
