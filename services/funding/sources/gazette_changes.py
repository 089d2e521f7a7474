"""What a notice in the gazette changes of a call that another source publishes: which call, and what is new."""

from __future__ import annotations

import re

from services.funding.sources.eko_sklad import NUMBER as ECO_NUMBER
from services.funding.sources.facts import Facts
from services.funding.sources.gazette_text import Notice, references_in
from services.funding.sources.sentences import sentences
from services.funding.sources.withdrawal import withdrawn_by

_AMENDS = re.compile(
    r"\A\s*(?:sprememb|popravek|dopolnit|podaljšanj|preklic|razveljavit|umik|zaprtj|obvestilo o (?:zaprtj|porabi))\w*"
    r"|\bobjavlja\w*\s+(?:\w+\s+){0,2}(?:sprememb|popravek|dopolnit|podaljšanj|preklic|razveljavit|zaprtj)\w*",
    re.IGNORECASE,
)
_OPENING = 900
_CHANGES_FOLLOW = re.compile(r"\b(?:in sicer|kot sledi|tako,? da)\b[,:]?(?: kot sledi:?)?", re.IGNORECASE)
_CHANGES = re.compile(rf"{_CHANGES_FOLLOW.pattern}|\bse (?:spremeni|podaljša)\b", re.IGNORECASE)
_OF_THE_CALL = re.compile(r"\b(?:sprememb|popravk|dopolnitv|podaljšanj|preklic|razveljavit|zaprtj)\w*", re.IGNORECASE)
_CLOSED = re.compile(r"\b(?:zaprtj\w+|se (?:\w+ )?(?:zapre|zapira))\b[^.\n]{0,60}", re.IGNORECASE)
_DEADLINE = re.compile(
    r"\brok\w*\b[^.]{0,60}\b(?:oddaj|prijav|predlož|vložit|vlog)|razpisn\w+ rok|podaljša", re.IGNORECASE
)
_ONE_OF_SEVERAL = re.compile(
    r"\b(?:prv|drug|tretj|četrt|pet|zadnj|naslednj)\w+\s+(?:razpisn\w+\s+)?rok\w*", re.IGNORECASE
)
_BUDGET = re.compile(
    r"skupn\w+ razpisan\w+ znes|(?:višin|vrednost|obseg)\w* (?:\w+ )?(?:razpisanih |nepovratnih )?sredstev"
    r"|razpisan\w+ (?:sredstv|vrednost)",
    re.IGNORECASE,
)
# 'z 1. 3. 2027', 'namesto 10.000 EUR' and 'z dne 3. 10. 2025' name what was, or the date of a paper.
_OLD = re.compile(
    r"\b(?:objavljen\w+\b.{0,80}?\bdne|z dne|z|s|iz|namesto|(?:do)?sedanj\w+|prvotn\w+)\s+"
    r"(?:\d{1,2}\.\s*(?:\d{1,2}\.|\w+)\s*\d{4}(?:\s+do\s+\d{1,2}(?:[.:]\d{2})?\s*ure)?|[\d.,]+\s*(?:EUR|€|evrov))",
    re.IGNORECASE,
)


def amends(notice: Notice) -> bool:
    """Whether a notice changes, revokes or closes something, by its heading or by what it says it publishes."""
    return _AMENDS.search(notice.text[:_OPENING]) is not None


def amended(notice: Notice) -> list[str]:
    """The references of the calls a notice speaks of: those named after 'sprememba', before what is changed."""
    opening = notice.text[:_OPENING]
    starts = _OF_THE_CALL.search(opening)
    ends = _CHANGES.search(opening, starts.end() if starts else 0)
    named = opening[starts.end() if starts else 0 : ends.start() if ends else len(opening)]
    references = [reference for reference in references_in(named) if reference != notice.reference]
    return references or list(dict.fromkeys(ECO_NUMBER.findall(named)))


def facts_of(notice: Notice, *, alone: bool) -> Facts:
    """The new deadline, money or state. `alone`: the notice is about one call, so that its amount is that call's."""
    facts = Facts()
    headed = heading(notice)
    opening = " ".join(notice.text[:_OPENING].split())
    revoked = withdrawn_by(headed) or withdrawn_by(_first_verb(opening))
    closed = _CLOSED.search(headed) or _CLOSED.search(_first_verb(opening))
    if revoked:
        facts.state("status", "withdrawn", revoked, basis="read_from_text")
        facts.state("status_phrase", revoked)
        return facts
    if closed:
        facts.state("status", "closed", closed[0], basis="read_from_text")
        facts.state("status_phrase", closed[0])
    said = sentences(_changes_of(notice))
    deadlines = [sentence for sentence in said if _DEADLINE.search(sentence)]
    if one := _ONE_OF_SEVERAL.search(" ".join(deadlines)):
        facts.doubt("deadlines", " ".join(deadlines), f"'{one[0]}' is one date of several; the others are not named")
    elif len(deadlines) > 1 and not alone:
        facts.doubt(
            "deadlines", " ".join(deadlines), "the notice amends several calls; whose date is whose, is not told"
        )
    elif deadlines:
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


def _changes_of(notice: Notice) -> str:
    """What follows 'in sicer kot sledi', else what follows the reference of the call."""
    flowing = " ".join(notice.text.split())
    if follow := _CHANGES_FOLLOW.search(flowing):
        return flowing[follow.end() :]
    named = [flowing.rfind(reference) + len(reference) for reference in amended(notice)]
    return flowing[max(named, default=0) :].lstrip(" ,.")


def heading(notice: Notice) -> str:
    """The first line of a notice, such as 'Sprememba'."""
    return " ".join(notice.text.split("\n", 1)[0].split())[:80]


def _first_verb(opening: str) -> str:
    """What the publisher says it does: the words after 'objavlja'."""
    _, found, rest = opening.partition("objavlja")
    return rest[:80] if found else ""
