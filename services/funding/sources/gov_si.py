"""gov.si 'javne objave': the listing of public calls and the page of each call, as server HTML.

Listing: `table.tender-list-table` with td-id, td-title, td-publisher, td-published-date, td-due-date, td-status.
Detail: `article.tender-page`, text under headings. A detail page belongs to the row its canonical link names.
The site knows two states, 'V teku' and 'Zaključeno'; that a call was revoked stands only in its words.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urljoin, urlsplit

from selectolax.lexbor import LexborHTMLParser, LexborNode

from contracts.funding import CallStatus
from contracts.values import PartialDate
from services.funding.sources.dates import UnreadableDate, read_date, read_dates, until_funds_run_out
from services.funding.sources.gov_si_detail import DETAIL_FIELDS, Detail, read_detail, withdrawn_by
from services.funding.sources.html_text import tree
from services.funding.sources.parsed_call import Deadline, Grounds, ParsedCall, Unread
from services.funding.sources.source import Malformed, Payload, Reading, Rejected
from services.funding.sources.untrusted import read_text

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
        details: dict[str, Detail] = {}
        for payload in payloads:
            page = tree(read_text(payload.body))
            if table := page.css_first("table.tender-list-table"):
                listings.append((payload, table))
            elif article := page.css_first("article.tender-page"):
                details[_path(_canonical(page) or payload.url)] = read_detail(article)
            else:
                raise Malformed(
                    f"{payload.url} holds neither table.tender-list-table nor article.tender-page",
                    "See whether the site's pages were changed",
                )
        if not listings:
            raise Malformed("No listing page was given", "Read the listing before its detail pages")
        return self._rows(listings, details)

    def _rows(self, listings: Sequence[tuple[Payload, LexborNode]], details: dict[str, Detail]) -> Reading:
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

    def _call(self, row: LexborNode, details: dict[str, Detail], place: str) -> ParsedCall | Rejected:
        link = row.css_first("td.td-title a")
        title = " ".join(link.text().split()) if link else ""
        path = _path((link.attributes.get("href") if link else None) or "")
        if not title or not path:
            return Rejected(place, "the row has no title that links to a page", "td-title", "Look the row up on gov.si")
        detail = details.get(path)
        code = _cell(row, "td.td-id")
        unread: list[Unread] = []
        facts: dict[str, Any] = {
            **_status(_cell(row, "td.td-status .label"), title, detail, unread),
            **_deadlines(_cell(row, "td.td-due-date"), unread),
            "opens": _opens(_cell(row, "td.td-published-date"), unread),
        }
        grounds = {"territory": Grounds(basis="inferred", evidence="a call of a ministry of Slovenia")}
        if facts["status"] == "withdrawn":
            grounds["status"] = Grounds(basis="read_from_text", evidence=facts["status_phrase"])
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
            not_read=[] if detail else list(DETAIL_FIELDS),
            **{"territory": "SI", **(detail.facts if detail else {}), **facts},
            grounds={**grounds, **(detail.grounds if detail else {})},
            unread=unread + (detail.unread if detail else []),
        )


def _status(label: str, title: str, detail: Detail | None, unread: list[Unread]) -> dict[str, Any]:
    words = withdrawn_by(title) or (detail.withdrawn if detail else None)
    if words:
        return {"status": "withdrawn", "status_phrase": words}
    status = _STATUS.get(label.casefold(), "unknown")
    if status == "unknown":
        unread.append(Unread(field="status", phrase=label, reason="the site has only 'V teku' and 'Zaključeno'"))
    return {"status": status, "status_phrase": label or None}


def _deadlines(phrase: str, unread: list[Unread]) -> dict[str, Any]:
    facts: dict[str, Any] = {"deadline_phrase": phrase or None, "until_funds_run_out": until_funds_run_out(phrase)}
    try:
        dates = read_dates(phrase)
        kind = "single" if len(dates) < 2 else "cut_off"
        facts["deadlines"] = sorted(
            (
                Deadline(at=each.instant(), kind=kind, hour_stated=each.hour is not None, phrase=each.phrase)
                for each in dates
            ),
            key=lambda deadline: deadline.at,
        )
    except UnreadableDate as error:
        unread.append(Unread(field="deadlines", phrase=phrase, reason=str(error)))
        return facts
    if phrase and not dates and not facts["until_funds_run_out"]:
        reason = "neither a date such as '13. 11. 2025 (14:00)' nor 'do porabe sredstev'"
        unread.append(Unread(field="deadlines", phrase=phrase, reason=reason))
    return facts


def _opens(phrase: str, unread: list[Unread]) -> PartialDate | None:
    if not phrase:
        return None
    try:
        return PartialDate(value=read_date(phrase).day.isoformat(), phrase=phrase)
    except UnreadableDate as error:
        unread.append(Unread(field="opens", phrase=phrase, reason=str(error)))
        return None


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
