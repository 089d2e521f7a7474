"""The page of one call: text under headings, in the words each office chooses."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from selectolax.lexbor import LexborNode

from services.funding.sources.facts import Facts
from services.funding.sources.html_text import words_of
from services.funding.sources.withdrawal import withdrawn_by

DETAIL_FIELDS = ("description", "budget", "min_amount", "max_amount", "co_financing_rate", "eligible_applicants")
_APPLICANTS = re.compile(
    r"upravičen\w+ (?:prijavitelj|vlagatelj)|upravičenc|prijavitelji|kdo (?:se )?lahko", re.IGNORECASE
)
_BUDGET = re.compile(r"(?:višina|vrednost|obseg).{0,30}sredstev|razpisana (?:sredstva|vrednost)", re.IGNORECASE)
_GRANT = re.compile(r"sofinanciranj|znesek|vrednost (?:projekta|operacije)", re.IGNORECASE)
# Some ministries head their sections with a bold run that opens a paragraph.
HEADINGS = "h2, h3, h4, p > strong:first-child, p > b:first-child, dt"
_HEADING_MARK = "\N{SECTION SIGN} "
_TERRITORY = re.compile(r"območje|upravičeno območje", re.IGNORECASE)


@dataclass(slots=True)
class CallPage:
    """What a call's own page adds to its row in the listing."""

    facts: Facts = field(default_factory=Facts)
    withdrawn: str | None = None


def read_call_page(article: LexborNode) -> CallPage:
    """The facts of one page. Amounts, rate and applicants are taken only from sections headed as theirs."""
    page = CallPage()
    facts = page.facts
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
    facts.state("description", "\n".join(f"{heading}\n{text}".strip() for heading, text in sections))
    return page


def _sections(marked: str) -> Iterator[tuple[str, str]]:
    opening, *rest = re.split(rf"^{_HEADING_MARK}", f"\n{marked}", flags=re.MULTILINE)
    if opening.strip():
        yield "", opening.strip()
    for section in rest:
        heading, _, text = section.partition("\n")
        yield heading.strip(" :"), text.strip()
