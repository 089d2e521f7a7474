"""grantsTenders.json: all topics of the EU portal in one file of 130 MB, with neither amounts nor prose.

It tells what the search no longer lists: topics that closed. `fundingData.GrantTenderObj[]` has type (1 topic,
0 tender), identifier, title, status, deadlines as epoch milliseconds to be read in Brussels.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Any, Final

from contracts.funding import CallStatus
from services.funding.sources.json_items import items_of
from services.funding.sources.parsed_call import Deadline, Grounds, ParsedCall
from services.funding.sources.sedia_dates import BRUSSELS
from services.funding.sources.source import Lost, Malformed, Payload, Portion, Reading, Rejected, Web
from services.funding.sources.untrusted import clean, read_json

SLICE = 500
_STATUS: Final[dict[str, CallStatus]] = {"forthcoming": "forecast", "open": "open", "closed": "closed"}
_GIVEN = {"source", "key", "title", "status", "status_phrase", "reference", "deadlines", "programme", "source_ids"}
_MUTE = sorted(
    ParsedCall.model_fields.keys() - _GIVEN - {"grounds", "conflicts", "unread", "not_read", "raw_reference"}
)


@dataclass(frozen=True, slots=True)
class SediaBulk:
    """Reads slices of the file. Topics that closed more than `closed_days` ago are passed over unread."""

    closed_days: int = 90
    name: str = "eu-portal-list"
    licence: str = "European Commission reuse notice (CC BY 4.0)"
    may_be_empty: bool = False
    address: str = "https://ec.europa.eu/info/funding-tenders/opportunities/data/referenceData/grantsTenders.json"
    max_bytes: int = 600 * 1024 * 1024
    every: timedelta = timedelta(hours=24)

    async def poll(self, web: Web) -> AsyncIterator[Portion | Lost]:
        """The file in slices of 500 topics; nothing at all while its ETag stays the same."""
        stream = await web.stream_changed(self.address, max_bytes=self.max_bytes)
        if stream is None:
            return
        oldest = datetime.now(UTC) - timedelta(days=self.closed_days)
        items: list[str] = []
        first = number = 0
        async for item in items_of(aiter(stream), "GrantTenderObj"):
            number += 1
            if _concerns(item, oldest):
                items.append(item)
            if len(items) == SLICE:
                yield [self._slice(items, first)]
                items, first = [], number
        last = self._slice(items, first)
        yield [Payload(last.url, last.body, stream.mark)]

    def read(self, payloads: Sequence[Payload]) -> Reading:
        """Topics of the slices. Raises Malformed when one is no list of items."""
        calls: dict[str, ParsedCall] = {}
        rejected: list[Rejected] = []
        shape: Counter[str] = Counter()
        seen = 0
        for payload in payloads:
            items = read_json(payload.body)
            if not isinstance(items, list):
                raise Malformed(f"{payload.url} is no list of topics", "See whether the file's form was changed")
            for position, item in enumerate(items):
                seen += 1
                place = f"{payload.url}+{position}"
                call = self._call(item, place)
                if call is None:
                    rejected.append(Rejected(place, "the topic has no identifier or no title", "identifier", _MEND))
                    continue
                shape.update(name for name, value in item.items() if value not in (None, "", []))
                calls.setdefault(call.key, call)
        merged = seen - len(calls) - len(rejected)
        return Reading(list(calls.values()), rejected, [], seen=seen, merged=merged, shape=shape)

    def _slice(self, items: Sequence[str], first: int) -> Payload:
        return Payload(f"{self.address}#GrantTenderObj/{first}", f"[{','.join(items)}]".encode())

    def _call(self, item: Any, place: str) -> ParsedCall | None:
        identifier, title = _text(item, "identifier"), _text(item, "title")
        if identifier is None or title is None:
            return None
        phrase = _text(item.get("status"), "abbreviation")
        deadlines = [deadline for each in item.get("deadlineDatesLong") or [] if (deadline := _deadline(each))]
        # Of several dates the file does not tell stages from cut-offs; the search does.
        single = deadlines if len(deadlines) == 1 else []
        return ParsedCall(
            source=self.name,
            key=identifier,
            reference=identifier,
            title=title,
            status=_STATUS.get((phrase or "").casefold(), "unknown"),
            status_phrase=phrase,
            programme=_text(item.get("frameworkProgramme"), "description"),
            deadlines=single,
            source_ids={"callIdentifier": call} if (call := _text(item, "callIdentifier")) else {},
            grounds={"deadlines": Grounds(basis="derived", evidence="epoch milliseconds read in Brussels")}
            if single
            else {},
            not_read=_MUTE if single else [*_MUTE, "deadlines"],
            raw_reference=place,
        )


def _concerns(item: str, oldest: datetime) -> bool:
    """Whether a topic is to be taken: tenders are not, nor is what closed long ago."""
    topic = json.loads(item)
    if not isinstance(topic, dict):
        return True
    if str(topic.get("type")) == "0":
        return False
    if (_text(topic.get("status"), "abbreviation") or "").casefold() != "closed":
        return True
    dates = [each for each in topic.get("deadlineDatesLong") or [] if isinstance(each, int)]
    return bool(dates) and max(dates) >= oldest.timestamp() * 1000


def _deadline(value: Any) -> Deadline | None:
    if not isinstance(value, int) or not 631_152_000_000 <= value <= 4_102_444_800_000:
        return None
    local = datetime.fromtimestamp(value / 1000, BRUSSELS)
    if local.time() == time(0, 0):
        at = datetime.combine(local.date(), time(23, 59, 59), tzinfo=BRUSSELS)
        return Deadline(at=at, hour_stated=False, phrase=str(value))
    return Deadline(at=local, phrase=str(value))


def _text(item: Any, key: str) -> str | None:
    value = item.get(key) if isinstance(item, Mapping) else None
    return clean(value) or None if isinstance(value, str) else None


_READ_IN_BRUSSELS = Grounds(basis="derived", evidence="milliseconds since 1970, read in Brussels")
_MEND = "Look the topic up on the portal"
