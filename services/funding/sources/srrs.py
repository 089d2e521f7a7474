"""SRRS, the regional development fund: tables of its products, municipal ones among them, in server HTML.

Format: GET javni-razpisi/?_sft_status-razpisa=odprto; one `table.javni-razpisi-collapsible` for each category, under an
`h2`; cells: name, area, purpose, `td.javni-razpis-number`, form, `td.min-in-max-sredstev` (EUR), `td.odplacilna-doba`,
`td.javni-razpisi-roki` with a list of dates or periods. What changes later often stands only in the Uradni list: see
uradni_list.py.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from urllib.parse import urljoin

from selectolax.lexbor import LexborNode

from contracts.values import Money
from services.funding.sources.amounts import UnreadableAmount, read_number
from services.funding.sources.facts import Facts
from services.funding.sources.html_text import whole_page
from services.funding.sources.parsed_call import ParsedCall
from services.funding.sources.source import Malformed, Payload, Portion, Reading, Rejected, Web
from services.funding.sources.untrusted import read_text
from services.funding.sources.withdrawal import withdrawn_by

SITE = "https://www.srrs.si"
OPEN_CALLS = "/javni-razpisi/?_sft_status-razpisa=odprto"
_NAMED_CELLS = ("td.javni-razpis-number", "td.min-in-max-sredstev", "td.odplacilna-doba", "td.javni-razpisi-roki")
_TABLE = "table.javni-razpisi-collapsible"
_LABELS = (("Namen", 2), ("Oblika sredstev", 4))


@dataclass(frozen=True, slots=True)
class Srrs:
    """Reads the page of open calls: the site filters by status, so every row in it is open."""

    name: str = "srrs"
    licence: str = "Public information of a public fund (reuse under ZDIJZ, source named)"
    may_be_empty: bool = False
    address: str = SITE
    every: timedelta = timedelta(hours=12)

    async def poll(self, web: Web) -> AsyncIterator[Portion]:
        """The one page of all open calls."""
        yield [await web.get(urljoin(self.address, OPEN_CALLS))]

    def read(self, payloads: Sequence[Payload]) -> Reading:
        """Calls of all pages. Raises Malformed when a page has no table of calls."""
        calls: dict[str, ParsedCall] = {}
        rejected: list[Rejected] = []
        shape: Counter[str] = Counter()
        seen = 0
        for payload in payloads:
            page = whole_page(read_text(payload.body), payload.url)
            if page.css_first(_TABLE) is None:
                raise Malformed(f"{payload.url} holds no {_TABLE}", "See whether the site's pages were changed")
            for category, row in _rows(page.css("h2, table.javni-razpisi-collapsible tbody tr")):
                seen += 1
                shape.update(cell for cell in _NAMED_CELLS if _text(row.css_first(cell)))
                call = self._call(row, category, f"{payload.url}#row-{seen}")
                if isinstance(call, Rejected):
                    rejected.append(call)
                else:
                    calls.setdefault(call.key, call)
        merged = seen - len(calls) - len(rejected)
        return Reading(calls=list(calls.values()), rejected=rejected, seen=seen, merged=merged, shape=shape)

    def _call(self, row: LexborNode, category: str, place: str) -> ParsedCall | Rejected:
        cells = row.css("td")
        link = cells[0].css_first("a[href*='/javni-razpisi/']") if cells else None
        title = _text(link)
        if link is None or not title:
            return Rejected(place, "the row has no name that links to a page", "td a", "Look the row up on srrs.si")
        url = urljoin(SITE, link.attributes.get("href") or "")
        number = re.sub(r"\s+", "", _text(row.css_first("td.javni-razpis-number")))
        described = {label: _text(cells[at]) if len(cells) > at else "" for label, at in _LABELS}
        described["Odplačilna doba"] = _text(row.css_first("td.odplacilna-doba"))
        facts = Facts()
        if words := withdrawn_by(title):
            facts.state("status", "withdrawn", words, basis="read_from_text")
        else:
            facts.state("status", "open", "listed among the open calls")
        facts.read_deadlines(
            [_text(item) for item in row.css("td.javni-razpisi-roki li")]
            or _text(row.css_first("td.javni-razpisi-roki"))
        )
        facts.read_territory(_text(cells[1]) if len(cells) > 1 else "")
        facts.read_applicants(category)
        _read_bounds(_text(row.css_first("td.min-in-max-sredstev")), facts)
        return ParsedCall(
            source=self.name,
            key=number or url,
            title=title,
            status_phrase=facts.grounds["status"].evidence,
            funder="Slovenski regionalno razvojni sklad",
            programme=category or None,
            reference=number or None,
            description="\n".join(f"{label}: {text}" for label, text in described.items() if text) or None,
            language="sl",
            url=url,
            source_ids={"url": url, **({"številka": number} if number else {})},
            raw_reference=place,
            grounds=facts.grounds,
            unread=facts.unread,
            **facts.values,
        )


def _rows(nodes: Sequence[LexborNode]) -> Iterator[tuple[str, LexborNode]]:
    """Every row with the heading its table stands under."""
    category = ""
    for node in nodes:
        if node.tag == "h2":
            category = _text(node)
        else:
            yield category, node


def _read_bounds(phrase: str, facts: Facts) -> None:
    """The least and the most of a loan, written without a currency under a column that is in euros."""
    if not phrase:
        return
    numbers = re.findall(r"\d+(?:[.,\u00a0 ]\d+)*", phrase)
    if len(numbers) != 2:
        facts.doubt("max_amount", phrase, "the cell holds not two numbers, the least and the most")
        return
    try:
        least, most = (read_number(number).quantize(Decimal("0.01")) for number in numbers)
    except UnreadableAmount as error:
        facts.doubt("max_amount", phrase, str(error))
        return
    if least > most:
        facts.doubt("max_amount", phrase, "the least is more than the most")
        return
    facts.state("min_amount", Money(amount=least, phrase=phrase), phrase)
    facts.state("max_amount", Money(amount=most, phrase=phrase), phrase)


def _text(node: LexborNode | None) -> str:
    return " ".join(node.text().split()) if node else ""
