"""Eko sklad, the environmental fund: cards of its calls in server HTML, and the page of each call.

Format: `div[data-component=card-investment]` with a status ('Poziv je odprt', 'Poziv je zaprt'), a title in bold,
'Datum objave' and a button that leads to the call. A call has no deadline: it is open until its money is spent, and
that stands on its page. The server leaves out its intermediate certificate.
"""

from __future__ import annotations

import re
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

SITE = "https://www.ekosklad.si"
_CARD = "div[data-component=card-investment]"
_STATUS: Final[dict[str, CallStatus]] = {"poziv je odprt": "open", "poziv je zaprt": "closed"}
# The fund numbers its calls '118SUB-LS26'; the number stands in the title.
_NUMBER = re.compile(r"\b\d{2,3}[A-ZČŠŽ]{2,}-[A-ZČŠŽ]{2,}\d{2}\b")


@dataclass(frozen=True, slots=True)
class EkoSklad:
    """Reads pages of cards together with whatever pages of calls were fetched for them."""

    name: str = "eko-sklad"
    licence: str = "Public information of a public fund (reuse under ZDIJZ, source named)"
    may_be_empty: bool = False

    def read(self, payloads: Sequence[Payload]) -> Reading:
        """Calls of all cards. Raises Malformed when no page holds cards, or one is no page of a call either."""
        cards: list[tuple[str, LexborNode]] = []
        pages: dict[str, CallPage] = {}
        for payload in payloads:
            page = tree(read_text(payload.body))
            if found := page.css(_CARD):
                cards += [(f"{payload.url}#card-{at}", card) for at, card in enumerate(found, start=1)]
            elif main := page.css_first("main"):
                pages[_path(_canonical(page) or payload.url)] = read_call_page(main)
            else:
                raise Malformed(f"{payload.url} holds neither {_CARD} nor main", "See whether the pages were changed")
        if not cards and payloads:
            raise Malformed(f"No page holds a {_CARD}", "See whether the site's pages were changed")
        calls: dict[str, ParsedCall] = {}
        rejected: list[Rejected] = []
        for place, card in cards:
            call = self._call(card, pages, place)
            if isinstance(call, Rejected):
                rejected.append(call)
            else:
                calls.setdefault(call.key, call)
        merged = len(cards) - len(calls) - len(rejected)
        return Reading(calls=list(calls.values()), rejected=rejected, seen=len(cards), merged=merged)

    def _call(self, card: LexborNode, pages: dict[str, CallPage], place: str) -> ParsedCall | Rejected:
        title = _text(card.css_first("p.tw-mb-4.tw-font-semibold"))
        button = card.css_first("a.btn")
        path = _path((button.attributes.get("href") if button else None) or "")
        if not title or not path:
            return Rejected(place, "the card has no title or no button", "p.tw-font-semibold", "Look it up on the site")
        page = pages.get(path)
        number = _NUMBER.search(title)
        facts = _facts(card, title, page)
        return ParsedCall(
            source=self.name,
            key=path,
            title=title,
            funder="Eko sklad, Slovenski okoljski javni sklad",
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
