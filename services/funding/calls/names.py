"""The names a call is known by, wherever it is read: what joins the readings of several sources into one call.

A name joins only when it can mean one call alone. An official reference with the part that says whose file it is
('3301-1/2024-SRRS-23', '303-18/2026-2130-4') and an identifier of an EU topic do; a bare file number ('430-1/2026') is
given by every ministry anew, so it counts only together with the funder. Titles never join: see `likeness.py`.
"""

from __future__ import annotations

import re

from services.funding.sources.parsed_call import ParsedCall

_DASHES = str.maketrans("‐‑‒–—−", "------")
_FILE_OF_AN_OFFICE = re.compile(r"^\d{2,5}-\d+/\d{4}[-/][A-Z0-9]+(?:[-/][A-Z0-9]+)*$")
_EU_TOPIC = re.compile(r"^(?=.*\b(?:19|20)\d{2}\b)[A-Z][A-Z0-9]+(?:-[A-Z0-9.]+){2,}$")
_SHORTEST = 4


def own_name(parsed: ParsedCall) -> str:
    """The name a source itself has for the call; nobody else uses it."""
    return f"own|{parsed.source}|{_plain(parsed.key)}"


def shared_names(parsed: ParsedCall) -> list[str]:
    """Names by which other sources may know the same call; empty when nothing is certain enough."""
    words = [parsed.reference, parsed.source_ids.get("topic"), parsed.source_ids.get("reference")]
    names = [name for word in words if word and (name := _official(word, parsed.funder))]
    return list(dict.fromkeys(names))


def funder_name(funder: str | None) -> str | None:
    """A funder's name as far as white space and case go; other spellings are other funders."""
    return " ".join(funder.split()).casefold() if funder and funder.strip() else None


def _official(reference: str, funder: str | None) -> str | None:
    plain = _plain(reference)
    if _FILE_OF_AN_OFFICE.match(plain) or _EU_TOPIC.match(plain):
        return f"reference|{plain}"
    by = funder_name(funder)
    if by and len(plain) >= _SHORTEST and any(letter.isdigit() for letter in plain):
        return f"reference|{plain}|{by}"
    return None


def _plain(text: str) -> str:
    return "".join(text.split()).translate(_DASHES).upper()
