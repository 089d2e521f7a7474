"""Who may apply: words of a call to applicant codes, and whether a municipality is among them."""

from __future__ import annotations

import re
from collections.abc import Iterable

# Codes that CommonGrants also has are named as there.
_WORDS: dict[str, str] = {
    "government_municipal": r"ob[čc]in\w*|samouprav\w* lokaln\w* skupnost\w*|lokaln\w* (?:samouprav\w* )?skupnost\w*"
    r"|municipalit\w+|local (?:public )?authorit\w+|towns? and cit\w+|cities and towns|town councils?",
    "public_body": r"oseb\w* javnega prava|javn\w+ subjekt\w*"
    r"|public (?:bod\w+|authorit\w+|organi[sz]ation\w*|entit\w+)",
    "public_institute": r"javn\w+ (?:zavod\w*|agencij\w*)|razvojn\w+ agencij\w*|development agenc\w+",
    "government_state": r"ministrstv\w*|ministr(?:y|ies)|organ\w* v sestavi",
    "non_profit": r"nevladn\w+ organizacij\w*|društ\w*|ustanov\w* in zasebn\w+ zavod\w*"
    r"|non-?profit\w*|non-?governmental|civil society organi[sz]ation\w*|NGOs?|NVO",
    "small_business": r"mikro\w*,? (?:mal\w+|in mal\w+)|mal\w+ in srednj\w+ podjet\w+|msp|smes?|start-?ups?"
    r"|samostojn\w+ podjetnik\w*|small and medium",
    "for_profit": r"podjetj\w*|gospodarsk\w+ družb\w*|compan\w+|enterprises?|industrial (?:entit|partner)\w*",
    "farm": r"kmet\w*|kmetijsk\w+ gospodarst\w+|farm\w*|producer organi[sz]ation\w*",
    "school": r"osnovn\w+ šol\w*|srednj\w+ šol\w*|\bšol\w*|schools?",
    "higher_education": r"univerz\w*|visokošolsk\w*|universit\w+|higher education",
    "research_organisation": r"raziskovaln\w+ organizacij\w*|research (?:organi[sz]ation|institut)\w*",
    "individual": r"fizičn\w+ oseb\w*|posamezni\w+|natural persons?|individuals",
    "unrestricted": r"vse pravne osebe|any legal entit\w+|all legal entit\w+|legal entit\w+ \(public or private",
}
_PATTERNS = {code: re.compile(rf"\b(?:{words})\b", re.IGNORECASE) for code, words in _WORDS.items()}
_ADMIT_MUNICIPALITY = frozenset({"government_municipal", "public_body", "unrestricted"})
CODES = frozenset(_WORDS)


def applicants_in(text: str) -> dict[str, str]:
    """Applicant codes a text names, each with the words that name it. Empty when it names none we know."""
    found = {code: match[0] for code, pattern in _PATTERNS.items() if (match := pattern.search(text))}
    if "small_business" in found and "for_profit" in found:
        del found["for_profit"]
    return found


def municipality_may_apply(applicants: Iterable[str]) -> bool | None:
    """True or False when the codes decide it; None when nobody is named, or somebody in words we do not know."""
    named = set(applicants)
    if named & _ADMIT_MUNICIPALITY:
        return True
    if not named or named - CODES:
        return None
    return False
