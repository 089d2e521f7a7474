"""The words a call is found by, as stems: 'vodovodov' finds 'vodovod', in Slovenian and English."""

from __future__ import annotations

from typing import Protocol

from services.funding.morphology import words

MOST_WORDS = 200


class Worded(Protocol):
    """The texts of a call."""

    title: str
    titles: dict[str, str]
    funder: str | None
    programme: str | None
    reference: str | None
    keywords: list[str]
    description: str | None


def search_words(call: Worded) -> list[str]:
    """Distinct stems of a call's texts, its title first; of a long description the first ones."""
    texts = [call.title, *call.titles.values(), call.funder, call.programme, *call.keywords, call.description]
    stems: dict[str, None] = {}
    if call.reference:
        stems["".join(call.reference.split()).casefold()] = None
    for text in texts:
        for word in words(text or ""):
            stems[word.slovenian] = None
            if len(stems) >= MOST_WORDS:
                return list(stems)
    return list(stems)


def wanted_words(text: str) -> list[str]:
    """The stems of what somebody looks for; every one of them has to be there. A reference is one word."""
    found: list[str] = []
    for part in text.split():
        if any(letter.isdigit() for letter in part):
            found.append(part.casefold())
        else:
            found += [word.slovenian for word in words(part)]
    return found
