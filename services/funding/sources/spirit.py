"""SPIRIT, the business development agency: JSON of its calls, and the text of each in snippets of HTML.

Format: GET api/v1/backend/tender/paginatedlist, `{data: {items}}`, or `tender/list`, `{data: []}`: id, title, link (a
slug), externalUrl, validity ('ACTIVE' and others mixed), publishDate, validTo and endTime (with or without an hour and
a zone), deadline (words); GET tender/get?id=, `{data: {id, snippets: [{content}]}}`. Not every row is a call.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final
from urllib.parse import urljoin

from contracts.funding import CallStatus
from contracts.values import PartialDate
from services.funding.sources.call_page import DETAIL_FIELDS, CallPage, read_call_page
from services.funding.sources.dates import END_OF_DAY, LJUBLJANA, until_funds_run_out
from services.funding.sources.facts import Facts
from services.funding.sources.html_text import tree
from services.funding.sources.parsed_call import Deadline, ParsedCall
from services.funding.sources.source import Lost, Malformed, Payload, Portion, Reading, Rejected, Unreachable, Web
from services.funding.sources.untrusted import clean, read_json
from services.funding.sources.withdrawal import withdrawn_by

SITE = "https://www.spiritslovenia.si"
_LIST, _ONE = "/api/v1/backend/tender/paginatedlist", "/api/v1/backend/tender/get"
_ASKED = {
    **{"limit": "200", "sortBy": "PUBLISH_DATE", "sort": "DESC", "queryString": "", "status": "ACTIVE"},
    **{"validity": "ACTIVE", "queryFullContent": "true", "language": "SL"},
}
_MOST_PAGES = 20
_STATUS: Final[dict[str, CallStatus]] = {"ACTIVE": "open", "ARCHIVED": "closed", "EXPIRED": "closed"}
_A_CALL = re.compile(r"razpis|poziv|povabil|vabil|vavčer", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Spirit:
    """Reads lists together with whatever texts of single calls were fetched for them."""

    name: str = "spirit"
    licence: str = "Public information of a public agency (reuse under ZDIJZ, source named)"
    may_be_empty: bool = False
    address: str = SITE
    every: timedelta = timedelta(hours=12)

    async def poll(self, web: Web) -> AsyncIterator[Portion | Lost]:
        """Page after page of the current calls, each with their texts, until a page brings nothing new."""
        known: set[str] = set()
        for _ in range(_MOST_PAGES):
            listing = await web.get(urljoin(self.address, _LIST), {**_ASKED, "offset": str(len(known))})
            rows = {_line(row.get("id")): row for row in _rows_of(listing) if isinstance(row, Mapping)}
            new = {key: row for key, row in rows.items() if key and key not in known}
            if known and not new:
                return
            known |= new.keys()
            portion = [listing]
            for key, row in new.items():
                if not _A_CALL.search(_line(row.get("title"))):
                    continue
                try:
                    said = json.dumps(row, sort_keys=True, default=str)
                    text = await web.get_changed(urljoin(self.address, _ONE), {"id": key}, said=said, detail=True)
                except Unreachable as unreachable:
                    yield Lost(f"{urljoin(self.address, _ONE)}?id={key}", unreachable.reason)
                    continue
                portion += [text] if text else []
            yield portion
            if not new:
                return
        yield Lost(urljoin(self.address, _LIST), f"the list goes on after {_MOST_PAGES} pages")

    def read(self, payloads: Sequence[Payload]) -> Reading:
        """Calls of the lists. Raises Malformed when an answer is neither a list of calls nor one call."""
        rows: list[tuple[str, Any]] = []
        pages: dict[str, CallPage] = {}
        shape: Counter[str] = Counter()
        for payload in payloads:
            answer = read_json(payload.body)
            data = answer.get("data") if isinstance(answer, dict) else None
            if (items := _items(data)) is not None:
                rows += [(f"{payload.url}#items/{at}", item) for at, item in enumerate(items)]
            elif isinstance(data, dict) and isinstance(data.get("snippets"), list):
                pages[_line(data.get("id"))] = _page(data["snippets"])
            else:
                raise Malformed(f"{payload.url} holds neither items nor snippets", "See whether the answers changed")
        calls: dict[str, ParsedCall] = {}
        rejected: list[Rejected] = []
        for place, row in rows:
            shape.update(name for name, value in row.items() if value) if isinstance(row, Mapping) else None
            call = self._call(row, pages, place)
            if isinstance(call, Rejected):
                rejected.append(call)
            else:
                calls.setdefault(call.key, call)
        merged = len(rows) - len(calls) - len(rejected)
        return Reading(calls=list(calls.values()), rejected=rejected, seen=len(rows), merged=merged, shape=shape)

    def _call(self, row: Any, pages: dict[str, CallPage], place: str) -> ParsedCall | Rejected:
        if not isinstance(row, Mapping):
            return Rejected(place, "the row is no object", None, "Look it up on spiritslovenia.si")
        key, title, link = (_line(row.get(name)) for name in ("id", "title", "link"))
        if not key or not title:
            return Rejected(place, "the row has no id or no title", "title", "Look it up on spiritslovenia.si")
        if not _A_CALL.search(title):
            reason = f"'{title[:80]}' is no call: its title names no razpis, poziv or povabilo"
            return Rejected(place, reason, "title", "Type it in by hand if it is one after all")
        page = pages.get(key)
        facts = _facts(row, title, page)
        external = _line(row.get("externalUrl"))
        return ParsedCall(
            source=self.name,
            key=key,
            title=title,
            funder="SPIRIT Slovenija, javna agencija",
            language="sl",
            url=external if external.startswith(("http://", "https://")) else f"{SITE}/razpisi/{link}",
            source_ids={"id": key},
            raw_reference=place,
            not_read=[] if page else list(DETAIL_FIELDS),
            grounds=facts.grounds,
            unread=facts.unread,
            **facts.values,
        )


def _items(data: Any) -> list[Any] | None:
    """The rows of either kind of list; None for an answer on one call."""
    if isinstance(data, list):
        return data
    items = data.get("items") if isinstance(data, dict) else None
    return items if isinstance(items, list) else None


def _rows_of(listing: Payload) -> list[Any]:
    answer = read_json(listing.body)
    return (_items(answer.get("data")) if isinstance(answer, dict) else None) or []


def _page(snippets: Sequence[Any]) -> CallPage:
    html = "\n".join(str(each.get("content") or "") for each in snippets if isinstance(each, Mapping))
    body = tree(f"<main>{html}</main>").css_first("main")
    return read_call_page(body) if body else CallPage()


def _facts(row: Mapping[str, Any], title: str, page: CallPage | None) -> Facts:
    facts = Facts()
    facts.state("territory", "SI", "a call of an agency of Slovenia", basis="inferred")
    if page:
        facts.take(page.facts)
    _read_published(_line(row.get("publishDate")), facts)
    _read_deadline(row, facts)
    validity = _line(row.get("validity"))
    if words := withdrawn_by(title) or (page.withdrawn if page else None):
        facts.state("status", "withdrawn", words, basis="read_from_text")
        facts.state("status_phrase", words)
        return facts
    facts.state("status", _STATUS.get(validity.upper(), "unknown"))
    facts.state("status_phrase", validity)
    if facts.values["status"] == "unknown":
        facts.doubt("status", validity, f"known are {', '.join(_STATUS)}")
    return facts


def _read_deadline(row: Mapping[str, Any], facts: Facts) -> None:
    """`endTime` before `validTo`: the first has an hour. Without a zone it is Slovenian time."""
    words = _line(row.get("deadline"))
    facts.values |= {"deadline_phrase": words or None, "until_funds_run_out": until_funds_run_out(words)}
    written = _line(row.get("endTime")) or _line(row.get("validTo"))
    if not written:
        facts.read_deadlines(words)
        return
    try:
        day = len(written) == 10
        moment = datetime.combine(date.fromisoformat(written), END_OF_DAY) if day else datetime.fromisoformat(written)
        at = (moment if moment.tzinfo else moment.replace(tzinfo=LJUBLJANA)).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        facts.doubt("deadlines", written, f"no date: {error}")
        return
    facts.state("deadlines", [Deadline(at=at, hour_stated=not day, phrase=words or written)])


def _read_published(written: str, facts: Facts) -> None:
    if not written:
        return
    try:
        facts.state("opens", PartialDate(value=date.fromisoformat(written[:10]).isoformat(), phrase=written))
    except ValueError as error:
        facts.doubt("opens", written, f"no date: {error}")


def _line(value: Any) -> str:
    return clean(" ".join(str(value).split())) if isinstance(value, str | int) else ""
