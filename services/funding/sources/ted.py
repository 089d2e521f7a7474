"""TED, the Union's procurement notices (search API v3): who builds what near us. A side signal; no notice is a call.

Format: POST v3/notices/search, JSON. Filter and order stand inside the query; pages follow an iteration token;
names come by three-letter language, dates with an offset behind them ('2026-11-23+01:00').
"""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from services.funding.sources.source import (
    Lost,
    Malformed,
    Payload,
    Portion,
    Reading,
    Rejected,
    Signal,
    Unreachable,
    Web,
)
from services.funding.sources.untrusted import clean, read_json

LIMIT = 100
MOST_PAGES = 150
_FIELDS = (
    *("publication-number", "publication-date", "notice-title", "buyer-name"),
    *("deadline-receipt-tender-date-lot", "links"),
)
_BRUSSELS = ZoneInfo("Europe/Brussels")


@dataclass(frozen=True, slots=True)
class Ted:
    """Notices of one country's buyers, published in the last `days`."""

    country: str = "SVN"
    days: int = 14
    languages: tuple[str, ...] = ("slv", "eng")
    name: str = "ted"
    licence: str = "TED reuse notice (Commission Decision 2011/833/EU)"
    may_be_empty: bool = False
    address: str = "https://api.ted.europa.eu"
    every: timedelta = timedelta(hours=12)

    async def poll(self, web: Web) -> AsyncIterator[Portion | Lost]:
        """Page after page; a token that comes again, or too many pages, ends it."""
        since = datetime.now(_BRUSSELS).date() - timedelta(days=self.days)
        asked: dict[str, object] = {
            "query": f"buyer-country={self.country} AND PD>={since:%Y%m%d} SORT BY PD DESC",
            "fields": list(_FIELDS),
            "limit": LIMIT,
            "scope": "ALL",
            "paginationMode": "ITERATION",
        }
        tokens: set[str] = set()
        for number in range(1, MOST_PAGES + 1):
            url = f"{self.address}/v3/notices/search"
            try:
                payload = await web.post(url, json=asked)
            except Unreachable as unreachable:
                if number == 1:
                    raise
                yield Lost(f"{url}, page {number}", unreachable.reason)
                return
            yield [payload]
            token = _next(payload)
            if token is None or token in tokens:
                return
            tokens.add(token)
            asked["iterationNextToken"] = token

    def read(self, payloads: Sequence[Payload]) -> Reading:
        """One signal per notice. Raises Malformed when an answer is none of TED's, or TED itself ran out of time."""
        signals: dict[str, Signal] = {}
        rejected: list[Rejected] = []
        shape: Counter[str] = Counter()
        seen, expected = 0, 0
        for payload in payloads:
            answer = _answer(payload)
            expected = max(expected, _count(answer.get("totalNoticeCount")))
            for position, notice in enumerate(answer["notices"]):
                seen += 1
                place = f"{payload.url}#notices/{position}"
                number = notice.get("publication-number") if isinstance(notice, dict) else None
                title = self._in_language(notice.get("notice-title")) if isinstance(notice, dict) else None
                if not isinstance(number, str) or title is None:
                    mend = "Look the notice up on TED"
                    rejected.append(Rejected(place, "the notice has no number or no title", "publication-number", mend))
                    continue
                shape.update(notice.keys())
                signals.setdefault(number, self._signal(number, title, notice))
        merged = seen - len(signals) - len(rejected)
        return Reading([], rejected, list(signals.values()), seen, merged, expected or None, shape)

    def _signal(self, number: str, title: str, notice: Mapping[str, Any]) -> Signal:
        published = _day(notice.get("publication-date"))
        deadlines = [day for each in _list(notice.get("deadline-receipt-tender-date-lot")) if (day := _day(each))]
        text = f"tenders until {min(deadlines).isoformat()}" if deadlines else None
        at = datetime(published.year, published.month, published.day, tzinfo=UTC) if published else None
        address = f"https://ted.europa.eu/en/notice/-/detail/{number}"
        return Signal(
            number, title[:500], "procurement", address, at, self._in_language(notice.get("buyer-name")), text
        )

    def _in_language(self, texts: Any) -> str | None:
        if not isinstance(texts, dict):
            return None
        for language in (*self.languages, *texts):
            for text in _list(texts.get(language)):
                if isinstance(text, str) and clean(text):
                    return clean(text)
        return None


def _answer(payload: Payload) -> Mapping[str, Any]:
    answer = read_json(payload.body)
    if not isinstance(answer, dict) or not isinstance(answer.get("notices"), list):
        raise Malformed(f"{payload.url} holds no list 'notices'", "Check that the address is TED's search")
    if answer.get("timedOut") is True:
        raise Malformed(f"{payload.url} ran out of time on TED's side", "Notices are missing; it is read again later")
    return answer


def _next(payload: Payload) -> str | None:
    """The token of the following page; none after a page without notices."""
    try:
        answer = _answer(payload)
    except Malformed:
        return None
    token = answer.get("iterationNextToken")
    return token if isinstance(token, str) and token and answer["notices"] else None


def _count(value: Any) -> int:
    return value if isinstance(value, int) else 0


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]


def _day(value: Any) -> date | None:
    """The calendar day in front of the offset."""
    try:
        return date.fromisoformat(value[:10]) if isinstance(value, str) else None
    except ValueError:
        return None
