"""Eko sklad, the environmental fund: cards of its calls in server HTML, and the page of each call.

Format: `div[data-component=card-investment]` with a status ('Poziv je odprt', 'Poziv je zaprt'), a title in bold,
'Datum objave' and a button that leads to the call. A call has no deadline: it is open until its money is spent, and
that stands on its page. The server leaves out its intermediate certificate.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final
from urllib.parse import urljoin, urlsplit

from selectolax.lexbor import LexborHTMLParser, LexborNode

from contracts.funding import CallStatus
from services.funding.sources.call_page import DETAIL_FIELDS, CallPage, read_call_page
from services.funding.sources.facts import Facts
from services.funding.sources.html_text import tree, whole_page
from services.funding.sources.parsed_call import ParsedCall
from services.funding.sources.source import Lost, Malformed, Payload, Portion, Reading, Rejected, Unreachable, Web
from services.funding.sources.untrusted import read_text
from services.funding.sources.withdrawal import withdrawn_by

SITE = "https://www.ekosklad.si"
FUND = "Eko sklad, Slovenski okoljski javni sklad"
# The section for business is known; those for municipalities and others are found by its links.
FIRST_SECTION = "/gospodarstvo/pridobite-spodbudo/objava"
_SECTION_ENDS = "/pridobite-spodbudo/objava"
_PARTS = ("span.tw-text-xs.tw-font-semibold", "p.tw-mb-4.tw-font-semibold", ".description", "a.btn")
_CARD = "div[data-component=card-investment]"
_STATUS: Final[dict[str, CallStatus]] = {"poziv je odprt": "open", "poziv je zaprt": "closed"}
# The fund numbers its calls '118SUB-LS26'; the number stands in the title.
NUMBER = re.compile(r"\b\d{2,3}[A-ZČŠŽ]{2,}-[A-ZČŠŽ]{2,}\d{2}\b")


@dataclass(frozen=True, slots=True)
class EkoSklad:
    """Reads pages of cards together with whatever pages of calls were fetched for them."""

    name: str = "eko-sklad"
    licence: str = "Public information of a public fund (reuse under ZDIJZ, source named)"
    may_be_empty: bool = False
    address: str = SITE
    every: timedelta = timedelta(hours=12)

    async def poll(self, web: Web) -> AsyncIterator[Portion | Lost]:
        """The cards of every section the first one links to, each section with the pages of its calls."""
        first = await web.get(urljoin(self.address, FIRST_SECTION))
        sections = {_path(FIRST_SECTION): first}
        for path in _sections(tree(read_text(first.body))):
            if path not in sections:
                try:
                    sections[path] = await web.get(urljoin(self.address, path))
                except Unreachable as unreachable:
                    yield Lost(urljoin(self.address, path), unreachable.reason)
        portion = list(sections.values())
        for section in sections.values():
            for card in tree(read_text(section.body)).css(_CARD):
                page = await self._page(card, web)
                if isinstance(page, Lost):
                    yield page
                elif page:
                    portion.append(page)
        yield portion

    async def _page(self, card: LexborNode, web: Web) -> Payload | Lost | None:
        button = card.css_first("a.btn")
        path = _path((button.attributes.get("href") if button else None) or "")
        if not path:
            return None
        address = urljoin(self.address, path)
        try:
            return await web.get_changed(address, said=_text(card), detail=True)
        except Unreachable as unreachable:
            return Lost(address, unreachable.reason)

    def read(self, payloads: Sequence[Payload]) -> Reading:
        """Calls of all cards. Raises Malformed when no page holds cards, or one is no page of a call either."""
        cards: list[tuple[str, LexborNode]] = []
        pages: dict[str, CallPage] = {}
        rejected: list[Rejected] = []
        for payload in payloads:
            page = whole_page(read_text(payload.body), payload.url)
            if found := page.css(_CARD):
                cards += [(f"{payload.url}#card-{at}", card) for at, card in enumerate(found, start=1)]
            elif _path(payload.url).endswith(_SECTION_ENDS):
                rejected.append(Rejected(payload.url, f"the section holds no {_CARD}", "section", "Look it up there"))
            elif main := page.css_first("main"):
                pages[_path(_canonical(page) or payload.url)] = read_call_page(main, payload.url)
            else:
                raise Malformed(f"{payload.url} holds neither {_CARD} nor main", "See whether the pages were changed")
        if not cards and payloads:
            raise Malformed(f"No page holds a {_CARD}", "See whether the site's pages were changed")
        calls: dict[str, ParsedCall] = {}
        shape: Counter[str] = Counter()
        seen = len(cards) + len(rejected)
        for place, card in cards:
            shape.update(part for part in _PARTS if _text(card.css_first(part)))
            call = self._call(card, pages, place)
            if isinstance(call, Rejected):
                rejected.append(call)
            else:
                calls.setdefault(call.key, call)
        merged = seen - len(calls) - len(rejected)
        return Reading(calls=list(calls.values()), rejected=rejected, seen=seen, merged=merged, shape=shape)

    def _call(self, card: LexborNode, pages: dict[str, CallPage], place: str) -> ParsedCall | Rejected:
        title = _text(card.css_first("p.tw-mb-4.tw-font-semibold"))
        button = card.css_first("a.btn")
        path = _path((button.attributes.get("href") if button else None) or "")
        if not title or not path:
            return Rejected(place, "the card has no title or no button", "p.tw-font-semibold", "Look it up on the site")
        page = pages.get(path)
        number = NUMBER.search(title)
        facts = _facts(card, title, page)
        return ParsedCall(
            source=self.name,
            key=path,
            title=title,
            funder=FUND,
            reference=number[0] if number else None,
            language="sl",
            url=urljoin(SITE, path),
            source_ids={"path": path},
            raw_reference=place,
            not_read=[] if page else [*DETAIL_FIELDS, "until_funds_run_out", "deadlines", "deadline_phrase"],
            grounds=facts.grounds,
            unread=facts.unread,
            **facts.values,
        )


def _facts(card: LexborNode, title: str, page: CallPage | None) -> Facts:
    facts = Facts()
    facts.state("territory", "SI", "a call of a fund of Slovenia", basis="inferred")
    if page:
        facts.take(page.facts)
        facts.read_ending(page.facts.values.get("description", ""))
    facts.read_opens(_published(card))
    label = _text(card.css_first("span.tw-text-xs.tw-font-semibold"))
    if words := withdrawn_by(title) or (page.withdrawn if page else None):
        facts.state("status", "withdrawn", words, basis="read_from_text")
        facts.state("status_phrase", words)
        return facts
    facts.state("status", _STATUS.get(label.casefold(), "unknown"))
    facts.state("status_phrase", label)
    if facts.values["status"] == "unknown":
        facts.doubt("status", label, "the fund has only 'Poziv je odprt' and 'Poziv je zaprt'")
    return facts


def _sections(page: LexborHTMLParser) -> list[str]:
    links = page.css(f"a[href$='{_SECTION_ENDS}']")
    return list(dict.fromkeys(path for link in links if (path := _path(link.attributes.get("href") or ""))))


def _published(card: LexborNode) -> str:
    """The words after 'Datum objave', which stand in the same paragraph or in the next."""
    description = card.css_first(".description")
    match = re.search(r"Datum objave:?\s*(?P<day>\d{1,2}\.\s*\d{1,2}\.\s*\d{4})", _text(description))
    return match["day"] if match else ""


def _canonical(page: LexborHTMLParser) -> str | None:
    link = page.css_first("link[rel=canonical]")
    return link.attributes.get("href") if link else None


def _path(url: str) -> str:
    parts = urlsplit(urljoin(SITE, url.strip())) if url.strip() else None
    return parts.path.rstrip("/") if parts and parts.scheme in ("http", "https") else ""


def _text(node: LexborNode | None) -> str:
    return " ".join(node.text(separator=" ").split()) if node else ""
