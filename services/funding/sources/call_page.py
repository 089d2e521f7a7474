"""The page of one call: text under headings, in the words each office chooses."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import urljoin, urlsplit

from selectolax.lexbor import LexborNode

from services.funding.sources.facts import Facts
from services.funding.sources.html_text import words_of
from services.funding.sources.parsed_call import TenderDocument
from services.funding.sources.withdrawal import withdrawn_by

DETAIL_FIELDS = (
    *("withdrawal", "description", "documents", "budget", "min_amount", "max_amount"),
    *("co_financing_rate", "eligible_applicants", "advance_rate", "vat_eligible"),
)
_APPLICANTS = re.compile(
    r"upravičen\w+ (?:prijavitelj|vlagatelj)|upravičenc|prijavitelji|kdo (?:se )?lahko", re.IGNORECASE
)
_BUDGET = re.compile(r"(?:višina|vrednost|obseg).{0,30}sredstev|razpisana (?:sredstva|vrednost)", re.IGNORECASE)
_GRANT = re.compile(r"sofinanciranj|znesek|vrednost (?:projekta|operacije)", re.IGNORECASE)
# Some ministries head their sections with a bold run that opens a paragraph.
HEADINGS = "h2, h3, h4, p > strong:first-child, p > b:first-child, dt"
_HEADING_MARK = "\N{SECTION SIGN} "
_TERRITORY = re.compile(r"območje|upravičeno območje", re.IGNORECASE)


_COSTS = re.compile(r"upravičen\w+ (?:stroš|izdat)|davek|DDV", re.IGNORECASE)
_ADVANCE = re.compile(r"predplačil|avans", re.IGNORECASE)
_FILES = re.compile(r"\.(?:pdf|docx?|xlsx?|odt|ods|zip|rtf)$", re.IGNORECASE)


@dataclass(slots=True)
class CallPage:
    """What a call's own page adds to its row in the listing."""

    facts: Facts = field(default_factory=Facts)
    withdrawn: str | None = None


def read_call_page(article: LexborNode, url: str = "") -> CallPage:
    """The facts of one page. Amounts, rate and applicants are taken only from sections headed as theirs.

    `url` is where the page stands: links to documents are whole addresses then.
    """
    page = CallPage()
    facts = page.facts
    facts.state("documents", _documents(article, url))
    sections = list(_sections(words_of(article, headings=HEADINGS, mark=_HEADING_MARK)))
    for heading, text in sections:
        page.withdrawn = page.withdrawn or withdrawn_by(heading)
        if _APPLICANTS.search(heading):
            facts.read_applicants(text)
        elif _BUDGET.search(heading):
            facts.read_budget(text)
        elif _GRANT.search(heading):
            facts.read_grant(text)
        elif _TERRITORY.search(heading):
            facts.read_territory(text)
        if _COSTS.search(heading):
            facts.read_vat(text)
        if _ADVANCE.search(heading):
            facts.read_advance(text)
    facts.state("description", "\n".join(f"{heading}\n{text}".strip() for heading, text in sections))
    return page


def _documents(article: LexborNode, url: str) -> list[TenderDocument]:
    """Files the page links to, each once, under the words of its link."""
    found: dict[str, TenderDocument] = {}
    for link in article.css("a[href]"):
        address = urljoin(url, (link.attributes.get("href") or "").strip())
        parts = urlsplit(address)
        if parts.scheme in ("http", "https") and _FILES.search(parts.path):
            title = " ".join(link.text(separator=" ").split()) or None
            found.setdefault(address, TenderDocument(url=address, title=title))
    return list(found.values())


def _sections(marked: str) -> Iterator[tuple[str, str]]:
    opening, *rest = re.split(rf"^{_HEADING_MARK}", f"\n{marked}", flags=re.MULTILINE)
    if opening.strip():
        yield "", opening.strip()
    for section in rest:
        heading, _, text = section.partition("\n")
        yield heading.strip(" :"), text.strip()
