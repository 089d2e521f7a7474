"""gov.si 'javne objave': the listing of public calls and the page of each call, as server HTML.

Listing: `table.tender-list-table` with td-id, td-title, td-publisher, td-published-date, td-due-date, td-status.
Detail: `article.tender-page`, text under headings. A detail page belongs to the row its canonical link names.
The site knows two states, 'V teku' and 'Zaključeno'; that a call was revoked stands only in its words.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import urljoin, urlsplit

from selectolax.lexbor import LexborHTMLParser, LexborNode

from contracts.funding import CallStatus
from services.funding.sources.call_page import DETAIL_FIELDS, CallPage, read_call_page
from services.funding.sources.facts import Facts
from services.funding.sources.html_text import tree
from services.funding.sources.parsed_call import ParsedCall
from services.funding.sources.source import Malformed, Payload, Reading, Rejected
from services.funding.sources.untrusted import read_text
from services.funding.sources.withdrawal import withdrawn_by

SITE = "https://www.gov.si"
_STATUS: Final[dict[str, CallStatus]] = {"v teku": "open", "zaključeno": "closed"}


@dataclass(frozen=True, slots=True)
class GovSi:
    """Reads listing pages together with whatever detail pages were fetched for them."""

    name: str = "gov.si"
    licence: str = "Public information of the Republic of Slovenia (CC BY 4.0)"
    may_be_empty: bool = False

    def read(self, payloads: Sequence[Payload]) -> Reading:
        """Calls of the listing pages. Raises Malformed when no payload is a listing, or one is neither page."""
        listings: list[tuple[Payload, LexborNode]] = []
        details: dict[str, CallPage] = {}
        for payload in payloads:
            page = tree(read_text(payload.body))
            if table := page.css_first("table.tender-list-table"):
                listings.append((payload, table))
            elif article := page.css_first("article.tender-page"):
                details[_path(_canonical(page) or payload.url)] = read_call_page(article)
            else:
                raise Malformed(
                    f"{payload.url} holds neither table.tender-list-table nor article.tender-page",
                    "See whether the site's pages were changed",
                )
        if not listings:
            raise Malformed("No listing page was given", "Read the listing before its detail pages")
        return self._rows(listings, details)

    def _rows(self, listings: Sequence[tuple[Payload, LexborNode]], details: dict[str, CallPage]) -> Reading:
        calls: dict[str, ParsedCall] = {}
        rejected: list[Rejected] = []
        seen = 0
        for payload, table in listings:
            for position, row in enumerate(table.css("tbody tr")):
                seen += 1
                place = f"{payload.url}#row-{position + 1}"
                call = self._call(row, details, place)
                if isinstance(call, Rejected):
                    rejected.append(call)
                else:
                    calls.setdefault(call.key, call)
        merged = seen - len(calls) - len(rejected)
        return Reading(calls=list(calls.values()), rejected=rejected, seen=seen, merged=merged)

    def _call(self, row: LexborNode, details: dict[str, CallPage], place: str) -> ParsedCall | Rejected:
        link = row.css_first("td.td-title a")
        title = " ".join(link.text().split()) if link else ""
        path = _path((link.attributes.get("href") if link else None) or "")
        if not title or not path:
            return Rejected(place, "the row has no title that links to a page", "td-title", "Look the row up on gov.si")
        page = details.get(path)
        code = _cell(row, "td.td-id")
        facts = _facts(row, title, page)
        return ParsedCall(
            source=self.name,
            key=code or path,
            title=title,
            reference=code or None,
            funder=_cell(row, "td.td-publisher") or None,
            language="sl",
            url=urljoin(SITE, path),
            source_ids={"path": path, **({"šifra": code} if code else {})},
            raw_reference=place,
            not_read=[] if page else list(DETAIL_FIELDS),
            grounds=facts.grounds,
            unread=facts.unread,
            **facts.values,
        )


def _facts(row: LexborNode, title: str, page: CallPage | None) -> Facts:
    """What the page says, and over it what the listing says."""
    facts = Facts()
    facts.state("territory", "SI", "a call of a ministry of Slovenia", basis="inferred")
    if page:
        facts.take(page.facts)
    facts.read_deadlines(_cell(row, "td.td-due-date"))
    facts.read_opens(_cell(row, "td.td-published-date"))
    label = _cell(row, "td.td-status .label")
    if words := withdrawn_by(title) or (page.withdrawn if page else None):
        facts.state("status", "withdrawn", words, basis="read_from_text")
        facts.state("status_phrase", words)
        return facts
    facts.state("status", _STATUS.get(label.casefold(), "unknown"))
    facts.state("status_phrase", label)
    if facts.values["status"] == "unknown":
        facts.doubt("status", label, "the site has only 'V teku' and 'Zaključeno'")
    return facts


def _cell(row: LexborNode, selector: str) -> str:
    node = row.css_first(selector)
    return " ".join(node.text().split()) if node else ""


def _canonical(page: LexborHTMLParser) -> str | None:
    link = page.css_first("link[rel=canonical]")
    return link.attributes.get("href") if link else None


def _path(url: str) -> str:
    """The path of a page of this site, without a closing slash; empty for any other address."""
    parts = urlsplit(urljoin(SITE, url.strip()))
    return parts.path.rstrip("/") if parts.scheme in ("http", "https") else ""
