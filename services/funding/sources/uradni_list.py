"""Uradni list, the official gazette: notices that amend or revoke calls other sources publish.

Format: PDF `_pdf/{YYYY}/Ra/r{YYYY}{NNN}.pdf`; notices 'Ob-<n>/<yy>', amendments under the heading 'Sprememba'. Seven
of 28 open calls of two funds were changed here and nowhere else. A notice is tied to its call by the official
reference it names ('3301-1/2024-SRRS-23'), never by the name: one call's name is often the beginning of another's, and
notices have named the wrong one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from services.funding.sources.facts import Facts
from services.funding.sources.gazette_text import Notice, notices_in, references_in, text_of
from services.funding.sources.parsed_call import ParsedCall
from services.funding.sources.sentences import sentences
from services.funding.sources.source import Malformed, Payload, Reading, Rejected
from services.funding.sources.withdrawal import withdrawn_by

_AMENDS = re.compile(
    r"\A\s*(?:sprememb|popravek|dopolnit|podaljšanj|preklic|razveljavit|umik|zaprtj|obvestilo o (?:zaprtj|porabi))\w*"
    r"|\bobjavlja\w*\s+(?:\w+\s+){0,2}(?:sprememb|popravek|dopolnit|podaljšanj|preklic|razveljavit|zaprtj)\w*",
    re.IGNORECASE,
)
_OPENING = 900
_AFTER_OPENING = re.compile(r"\b(?:in sicer|kot sledi|tako, da|se spremeni|se podaljša)\b", re.IGNORECASE)
_OF_THE_CALL = re.compile(r"\b(?:sprememb|popravk|dopolnitv|podaljšanj|preklic|razveljavit|zaprtj)\w*", re.IGNORECASE)
_CLOSED = re.compile(r"\b(?:zaprtj\w+|se (?:\w+ )?(?:zapre|zapira))\b[^.\n]{0,60}", re.IGNORECASE)
_DEADLINE = re.compile(
    r"\brok\w*\b[^.]{0,60}\b(?:oddaj|prijav|predlož|vložit|vlog)|razpisn\w+ rok|podaljša", re.IGNORECASE
)
_BUDGET = re.compile(
    r"skupn\w+ razpisan\w+ znes|(?:višin|vrednost|obseg)\w* (?:\w+ )?(?:razpisanih |nepovratnih )?sredstev"
    r"|razpisan\w+ (?:sredstv|vrednost)",
    re.IGNORECASE,
)
# 'z 1. 3. 2027', 'namesto 10.000 EUR' and 'z dne 3. 10. 2025' name what was, or the date of a paper.
_OLD = re.compile(
    r"\b(?:z dne|z|s|iz|namesto|(?:do)?sedanj\w+|prvotn\w+)\s+"
    r"(?:\d{1,2}\.\s*(?:\d{1,2}\.|\w+)\s*\d{4}(?:\s+do\s+\d{1,2}(?:[.:]\d{2})?\s*ure)?|[\d.,]+\s*(?:EUR|€|evrov))",
    re.IGNORECASE,
)
_SPEAKS_OF = ("deadlines", "until_funds_run_out", "deadline_phrase", "budget", "status", "status_phrase")
_NEVER = frozenset(
    {"source", "key", "amends", "grounds", "conflicts", "unread", "not_read", "raw_reference", "reference"}
)


@dataclass(frozen=True, slots=True)
class UradniList:
    """Reads issues of the gazette. Most issues amend nothing, so a reading may be empty; an issue has notices."""

    name: str = "uradni-list"
    licence: str = "Official text of the Republic of Slovenia (no copyright, ZASP art. 9)"
    may_be_empty: bool = True

    def read(self, payloads: Sequence[Payload]) -> Reading:
        """Amendments in the issues. Raises Malformed for what is no readable PDF, or has not one notice in it."""
        calls: dict[str, ParsedCall] = {}
        rejected: list[Rejected] = []
        seen = 0
        for payload in payloads:
            notices = list(notices_in(text_of(payload.body, payload.url)))
            if not notices:
                raise Malformed(
                    f"{payload.url} holds no notice 'Ob-<n>/<yy>'", "See whether the gazette's form changed"
                )
            for notice in notices:
                if not _AMENDS.search(notice.text[:_OPENING]):
                    continue
                for read in self._amendments(notice, payload.url):
                    seen += 1
                    if isinstance(read, Rejected):
                        rejected.append(read)
                    else:
                        calls.setdefault(read.key, read)
        merged = seen - len(calls) - len(rejected)
        return Reading(calls=list(calls.values()), rejected=rejected, seen=seen, merged=merged)

    def _amendments(self, notice: Notice, url: str) -> Iterator[ParsedCall | Rejected]:
        """One parsed call for each call a notice amends."""
        place = f"{url}#{notice.number}"
        references = _amended(notice)
        if not references:
            reason = "the notice amends a call without naming its official reference; it is matched by nothing else"
            yield Rejected(place, reason, "reference", "Look up which call it means and correct that call by hand")
            return
        facts = _facts(notice, alone=len(references) == 1)
        spoken = {*facts.values, *(unread.field for unread in facts.unread)}
        for reference in references:
            yield ParsedCall(
                source=self.name,
                key=notice.number if len(references) == 1 else f"{notice.number} {reference}",
                title=f"{_heading(notice)}: {reference} ({notice.number})",
                amends=True,
                reference=reference,
                raw_reference=place,
                not_read=sorted(ParsedCall.model_fields.keys() - _NEVER - spoken),
                grounds=facts.grounds,
                unread=facts.unread,
                **facts.values,
            )


def _amended(notice: Notice) -> list[str]:
    """The references of the calls a notice speaks of: those named after 'sprememba', before what is changed."""
    opening = notice.text[:_OPENING]
    starts = _OF_THE_CALL.search(opening)
    ends = _AFTER_OPENING.search(opening, starts.end() if starts else 0)
    named = opening[starts.end() if starts else 0 : ends.start() if ends else len(opening)]
    return [reference for reference in references_in(named) if reference != notice.reference]


def _facts(notice: Notice, *, alone: bool) -> Facts:
    facts = Facts()
    heading = _heading(notice)
    opening = " ".join(notice.text[:_OPENING].split())
    revoked = withdrawn_by(heading) or withdrawn_by(_first_verb(opening))
    closed = _CLOSED.search(heading) or _CLOSED.search(_first_verb(opening))
    if revoked:
        facts.state("status", "withdrawn", revoked, basis="read_from_text")
        facts.state("status_phrase", revoked)
        return facts
    if closed:
        facts.state("status", "closed", closed[0], basis="read_from_text")
        facts.state("status_phrase", closed[0])
    flowing = " ".join(notice.text.split())
    changed = flowing[start.end() if (start := _AFTER_OPENING.search(flowing)) else 0 :]
    said = sentences(changed)
    deadlines = [sentence for sentence in said if _DEADLINE.search(sentence)]
    if deadlines:
        facts.read_deadlines([_OLD.sub(" ", sentence) for sentence in deadlines])
        facts.values["deadline_phrase"] = " ".join(deadlines)
        facts.explain(("deadlines", "until_funds_run_out"), " ".join(deadlines))
    budgets = [sentence for sentence in said if _BUDGET.search(sentence)]
    if budgets and alone:
        facts.read_money("budget", _OLD.sub(" ", " ".join(budgets)))
        facts.explain(("budget",), " ".join(budgets))
    elif budgets:
        facts.doubt("budget", " ".join(budgets), "the notice amends several calls; whose amount this is, is not told")
    return facts


def _heading(notice: Notice) -> str:
    return " ".join(notice.text.split("\n", 1)[0].split())[:80]


def _first_verb(opening: str) -> str:
    """What the publisher says it does: the words after 'objavlja'."""
    _, found, rest = opening.partition("objavlja")
    return rest[:80] if found else ""
