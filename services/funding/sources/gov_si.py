"""gov.si 'javne objave': the listing of public calls and the page of each call, as server HTML.

Listing: GET zbirke/javne-objave/?status=*&type=2&year=0&publisher[]=<id>&nrOfItems=100&start=N, where the ids are those
of the page's own form; `table.tender-list-table` with td-id, td-title, td-publisher, td-published-date, td-due-date,
td-status. Detail: `article.tender-page`, text under headings; it belongs to the row its canonical link names.
The site knows two states, 'V teku' and 'Zaključeno'; that a call was revoked stands only in its words.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final
from urllib.parse import urljoin, urlsplit

from selectolax.lexbor import LexborHTMLParser

from contracts.funding import CallStatus
from services.funding.sources.call_page import DETAIL_FIELDS, CallPage, read_call_page
from services.funding.sources.facts import Facts
from services.funding.sources.gov_si_listing import (
    ASKED_ROWS,
    CELLS,
    COLLECTION,
    PUBLISHERS,
    SITE,
    TABLE,
    Row,
    is_named,
    listing_at,
    publishers_in,
    rows_of,
)
from services.funding.sources.html_text import tree, whole_page
from services.funding.sources.parsed_call import ParsedCall
from services.funding.sources.source import Lost, Malformed, Payload, Portion, Reading, Rejected, Unreachable, Web
from services.funding.sources.untrusted import read_text
from services.funding.sources.withdrawal import withdrawn_by

_STATUS: Final[dict[str, CallStatus]] = {"v teku": "open", "zaključeno": "closed"}
_MOST_PAGES = 100


@dataclass(frozen=True, slots=True)
class GovSi:
    """Reads listing pages together with whatever detail pages were fetched for them."""

    name: str = "gov.si"
    licence: str = "Public information of the Republic of Slovenia (CC BY 4.0)"
    may_be_empty: bool = False
    address: str = SITE
    every: timedelta = timedelta(hours=6)
    publishers: tuple[str, ...] = PUBLISHERS

    async def poll(self, web: Web) -> AsyncIterator[Portion | Lost]:
        """Page after page of the listing, each with the pages of its calls whose rows or pages changed.

        It goes on from the number of rows that came, not from the number asked for, and ends with a page that
        brings nothing new: the server may give fewer than it is asked for, or the same page again.
        """
        form = tree(read_text((await web.get(urljoin(self.address, COLLECTION))).body))
        ids = [ident for label, ident in publishers_in(form).items() if is_named(label, self.publishers)]
        known: set[str] = set()
        start = 0
        for _ in range(_MOST_PAGES):
            address = listing_at(self.address, ids, start)
            try:
                listing = await web.get(address)
            except Unreachable as unreachable:
                if start == 0:
                    raise
                yield Lost(address, unreachable.reason)
                start += ASKED_ROWS
                continue
            rows = rows_of(tree(read_text(listing.body)))
            new = [row for row in rows if row.words not in known]
            if start and not new:
                return
            known |= {row.words for row in new}
            start += len(rows) or ASKED_ROWS
            portion = [listing]
            for row in new:
                page = await self._page(row, web)
                if isinstance(page, Lost):
                    yield page
                elif page:
                    portion.append(page)
            yield portion
        yield Lost(listing_at(self.address, ids, start), f"the listing goes on after {_MOST_PAGES} pages")

    async def _page(self, row: Row, web: Web) -> Payload | Lost | None:
        if not row.path:
            return None
        address = urljoin(self.address, f"{row.path}/")
        try:
            return await web.get_changed(address, said=row.words, detail=True)
        except Unreachable as unreachable:
            return Lost(address, unreachable.reason)

    def read(self, payloads: Sequence[Payload]) -> Reading:
        """Calls of the listing pages. Raises Malformed when no payload is a listing, or one is neither page."""
        listings: list[tuple[str, LexborHTMLParser]] = []
        details: dict[str, CallPage] = {}
        for payload in payloads:
            page = whole_page(read_text(payload.body), payload.url)
            if page.css_first(TABLE):
                listings.append((payload.url, page))
            elif article := page.css_first("article.tender-page"):
                details[_path(_canonical(page) or payload.url)] = read_call_page(article, payload.url)
            else:
                raise Malformed(
                    f"{payload.url} holds neither {TABLE} nor article.tender-page",
                    "See whether the site's pages were changed",
                )
        if not listings:
            raise Malformed("No listing page was given", "Read the listing before its detail pages")
        return self._rows(listings, details)

    def _rows(self, listings: Sequence[tuple[str, LexborHTMLParser]], details: dict[str, CallPage]) -> Reading:
        calls: dict[str, ParsedCall] = {}
        rejected: list[Rejected] = []
        shape: Counter[str] = Counter()
        if any(rows_of(page) for _, page in listings):
            # Of a listing without a row the missing rows are the news.
            rejected += [each for url, page in listings for each in self._unlisted(page, url)]
        seen = len(rejected)
        for url, page in listings:
            for position, row in enumerate(rows_of(page), start=1):
                seen += 1
                shape.update(cell for cell in CELLS if row.cell(f"td.{cell}"))
                call = self._call(row, details, f"{url}#row-{position}")
                if isinstance(call, Rejected):
                    rejected.append(call)
                else:
                    calls.setdefault(call.key, call)
        merged = seen - len(calls) - len(rejected)
        return Reading(calls=list(calls.values()), rejected=rejected, seen=seen, merged=merged, shape=shape)

    def _unlisted(self, page: LexborHTMLParser, url: str) -> list[Rejected]:
        """Publishers that are wanted but not in the form of the first page: their calls may be missing."""
        offered = publishers_in(page)
        if not offered or not url.endswith("&start=0"):
            return []
        return [
            Rejected(url, f"the form has no publisher named '{name}...'", "publisher[]", "See what it is named now")
            for name in self.publishers
            if not any(is_named(label, (name,)) for label in offered)
        ]

    def _call(self, row: Row, details: dict[str, CallPage], place: str) -> ParsedCall | Rejected:
        if not row.title or not row.url:
            return Rejected(place, "the row has no title that links to a page", "td-title", "Look the row up on gov.si")
        page = details.get(row.path)
        code = row.cell("td.td-id")
        facts = _facts(row, page)
        return ParsedCall(
            source=self.name,
            key=code or row.path or row.url,
            title=row.title,
            reference=code or None,
            funder=row.cell("td.td-publisher") or None,
            language="sl",
            url=row.url,
            source_ids={"path": row.path or row.url, **({"šifra": code} if code else {})},
            raw_reference=place,
            not_read=[] if page else list(DETAIL_FIELDS),
            grounds=facts.grounds,
            unread=facts.unread,
            **facts.values,
        )


def _facts(row: Row, page: CallPage | None) -> Facts:
    """What the page says, and over it what the listing says."""
    facts = Facts()
    facts.state("territory", "SI", "a call of a ministry of Slovenia", basis="inferred")
    if page:
        facts.take(page.facts)
    facts.read_deadlines(row.cell("td.td-due-date"))
    facts.read_opens(row.cell("td.td-published-date"))
    label = row.cell("td.td-status .label")
    if words := withdrawn_by(row.title) or (page.withdrawn if page else None):
        facts.state("status", "withdrawn", words, basis="read_from_text")
        facts.state("status_phrase", words)
        return facts
    facts.state("status", _STATUS.get(label.casefold(), "unknown"))
    facts.state("status_phrase", label)
    if facts.values["status"] == "unknown":
        facts.doubt("status", label, "the site has only 'V teku' and 'Zaključeno'")
    return facts


def _canonical(page: LexborHTMLParser) -> str | None:
    link = page.css_first("link[rel=canonical]")
    return link.attributes.get("href") if link else None


def _path(url: str) -> str:
    return urlsplit(url).path.rstrip("/")
