"""The page of one call on gov.si: text under headings, in the words each ministry chooses."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from selectolax.lexbor import LexborNode

from services.funding.applicants import applicants_in
from services.funding.sources.amounts import UnreadableAmount, read_amounts, read_span
from services.funding.sources.html_text import words_of
from services.funding.sources.parsed_call import Grounds, Unread
from services.funding.sources.rates import read_rate
from services.funding.territory import territory_in

DETAIL_FIELDS = ("description", "budget", "min_amount", "max_amount", "co_financing_rate", "eligible_applicants")
_WITHDRAWN = re.compile(
    r"\b(?:preklic\w*|preklican\w*|razveljavit\w+|razveljavljen\w*|ustavit\w+ postopka)\b[^.\n]{0,60}", re.IGNORECASE
)
_APPLICANTS = re.compile(
    r"upravičen\w+ (?:prijavitelj|vlagatelj)|upravičenc|prijavitelji|kdo (?:se )?lahko", re.IGNORECASE
)
_BUDGET = re.compile(r"(?:višina|vrednost|obseg).{0,30}sredstev|razpisana (?:sredstva|vrednost)", re.IGNORECASE)
_GRANT = re.compile(r"sofinanciranj|znesek|vrednost (?:projekta|operacije)", re.IGNORECASE)
# Some ministries head their sections with a bold run that opens a paragraph.
_HEADINGS = "h2, h3, h4, p > strong:first-child, p > b:first-child, dt"
_HEADING_MARK = "\N{SECTION SIGN} "
_TERRITORY = re.compile(r"območje|upravičeno območje", re.IGNORECASE)


@dataclass(slots=True)
class Detail:
    """What a call's own page adds to its row in the listing."""

    facts: dict[str, Any] = field(default_factory=dict)
    grounds: dict[str, Grounds] = field(default_factory=dict)
    unread: list[Unread] = field(default_factory=list)
    withdrawn: str | None = None


def withdrawn_by(text: str) -> str | None:
    """The words by which a title or heading says that a call was revoked, or None."""
    match = _WITHDRAWN.search(text)
    return " ".join(match[0].split()) if match else None


def read_detail(article: LexborNode) -> Detail:
    """The facts of one page. Amounts, rate and applicants are taken only from sections headed as theirs."""
    detail = Detail()
    sections = list(_sections(words_of(article, headings=_HEADINGS, mark=_HEADING_MARK)))
    for heading, text in sections:
        detail.withdrawn = detail.withdrawn or withdrawn_by(heading)
        if _APPLICANTS.search(heading):
            _applicants(text, detail)
        elif _BUDGET.search(heading):
            _budget(text, detail)
        elif _GRANT.search(heading):
            _grant(text, detail)
        elif _TERRITORY.search(heading) and (named := territory_in(text)):
            detail.facts["territory"] = named[0]
            detail.grounds["territory"] = Grounds(basis="read_from_text", evidence=named[1])
    description = "\n".join(f"{heading}\n{text}".strip() for heading, text in sections)
    detail.facts["description"] = description or None
    return detail


def _sections(marked: str) -> Iterator[tuple[str, str]]:
    opening, *rest = re.split(rf"^{_HEADING_MARK}", f"\n{marked}", flags=re.MULTILINE)
    if opening.strip():
        yield "", opening.strip()
    for section in rest:
        heading, _, text = section.partition("\n")
        yield heading.strip(" :"), text.strip()


def _applicants(text: str, detail: Detail) -> None:
    found = applicants_in(text)
    if not found:
        detail.unread.append(
            Unread(field="eligible_applicants", phrase=text[:200], reason="no kind of applicant we know is named")
        )
        return
    detail.facts["eligible_applicants"] = sorted(found)
    words = ", ".join(sorted(set(found.values())))
    detail.grounds["eligible_applicants"] = Grounds(basis="read_from_text", evidence=words)


def _budget(text: str, detail: Detail) -> None:
    try:
        amounts = read_amounts(text)
    except UnreadableAmount as error:
        detail.unread.append(Unread(field="budget", phrase=text[:200], reason=str(error)))
        return
    if amounts:
        detail.facts["budget"] = amounts[0]
        words = amounts[0].phrase if len(amounts) == 1 else f"{amounts[0].phrase} (the first of {len(amounts)} amounts)"
        detail.grounds["budget"] = Grounds(basis="read_from_text", evidence=words)


def _grant(text: str, detail: Detail) -> None:
    try:
        span = read_span(text)
        for name, bound in (("min_amount", span.least), ("max_amount", span.most)):
            if bound is not None:
                detail.facts[name] = bound
                detail.grounds[name] = Grounds(basis="read_from_text", evidence=bound.phrase)
    except UnreadableAmount as error:
        detail.unread.append(Unread(field="max_amount", phrase=text[:200], reason=str(error)))
    if stated := read_rate(text):
        detail.facts["co_financing_rate"] = stated.rate
        detail.grounds["co_financing_rate"] = Grounds(basis="read_from_text", evidence=stated.phrase)
