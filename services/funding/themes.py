"""Which themes a text is about, and the words that say so."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any

from services.funding.concepts import Concept
from services.funding.morphology import Word, words
from services.funding.vocabulary import CONCEPTS

_MENTIONS_IN_PROSE = 2
# What a call says it does not pay is not what it is about.
_NOT_PAID = re.compile(
    r"\b(?:neupravičen\w*|ni(?:so|sta)? upravičen\w*|not (?:be )?eligible|ineligible|not funded)\b", re.IGNORECASE
)
_SENTENCE_END = re.compile(r"[.!?;]\s|\n")
_CONCEPTS = {concept.code: concept for concept in CONCEPTS}


@dataclass(frozen=True, slots=True)
class Mention:
    """A concept met in a text, in the text's own words."""

    concept: str
    written: str


@dataclass(frozen=True, slots=True)
class Topic:
    """What a text is about: its themes with their evidence, and the concepts it names with theirs."""

    themes: dict[str, tuple[str, ...]]
    concepts: dict[str, tuple[str, ...]]


def themes_of(text: str) -> dict[str, list[str]]:
    """Themes of a short text, each with the words that name it. Weak words alone make no theme."""
    return {theme: list(evidence) for theme, evidence in topic_of(text).themes.items()}


def topic_of(heading: str, prose: str = "") -> Topic:
    """The topic of a text with a heading.

    One mention in the heading (title, keywords) makes a theme; in long prose a theme must be named
    at least twice, so that a passing word does not make every call fit everything. A word whose company says that it
    means something else does not count (see vocabulary.py).
    """
    in_heading, in_prose = _counted(heading, prose)
    strong = {mention.concept for mention in in_heading if not _CONCEPTS[mention.concept].weak}
    themes = {theme for code in strong for theme in _CONCEPTS[code].themes}
    for theme, named in _by_theme(in_prose).items():
        firm = [mention for mention in named if not _CONCEPTS[mention.concept].weak]
        if firm and len(named) >= _MENTIONS_IN_PROSE:
            themes.add(theme)
    everything = [*in_heading, *in_prose]
    evidence = _by_theme(everything)
    concepts: dict[str, list[str]] = defaultdict(list)
    for mention in everything:
        concepts[mention.concept].append(mention.written)
    return Topic(
        themes={theme: _distinct(each.written for each in evidence[theme]) for theme in sorted(themes)},
        concepts={code: _distinct(written) for code, written in concepts.items()},
    )


class _Part:
    """A heading or a sentence: its words, and their stems once they are asked for."""

    def __init__(self, text: str) -> None:
        self.words = list(words(text))

    @cached_property
    def stems(self) -> dict[str, tuple[str, ...]]:
        return {language: _stems(self.words, language) for language in ("sl", "en")}

    def has_any(self, terms: Iterable[str]) -> bool:
        """Whether one of the terms, in either language, stands here."""
        return any(
            _stands_in(_stems_of(term, language), stems) for term in terms for language, stems in self.stems.items()
        )


def _counted(heading: str, prose: str) -> tuple[list[Mention], list[Mention]]:
    """The mentions in heading and prose that the company they are in does not take away."""
    paid = [sentence for sentence in _SENTENCE_END.split(prose) if not _NOT_PAID.search(sentence)]
    head, *sentences = parts = [_Part(text) for text in (heading, *paid)]
    barred: dict[str, bool] = {}

    def counts(mention: Mention, part: _Part) -> bool:
        concept = _CONCEPTS[mention.concept]
        if not concept.excluded and not concept.required:
            return True
        if mention.concept not in barred:
            lacks = bool(concept.required) and not any(each.has_any(concept.required) for each in parts)
            barred[mention.concept] = lacks or head.has_any(concept.excluded)
        return not barred[mention.concept] and not part.has_any(concept.excluded)

    in_heading = [each for each in _mentions(head.words) if counts(each, head)]
    return in_heading, [each for part in sentences for each in _mentions(part.words) if counts(each, part)]


def _stands_in(wanted: tuple[str, ...], stems: tuple[str, ...]) -> bool:
    if len(wanted) == 1:
        return wanted[0] in stems
    return wanted[0] in stems and any(stems[at : at + len(wanted)] == wanted for at in range(len(stems)))


@cache
def _stems_of(term: str, language: str) -> tuple[str, ...]:
    return _stems(words(term), language)


def mentions(text: str) -> list[Mention]:
    """Every concept a text names, in order; where terms overlap the longest one counts."""
    return _mentions(list(words(text)))


def _mentions(text_words: Sequence[Word]) -> list[Mention]:
    found: list[Mention] = []
    begin = _terms_by_first_stem()
    slovenian, english = begin["sl"], begin["en"]
    position = 0
    while position < len(text_words):
        first = text_words[position]
        if first.slovenian not in slovenian and first.english not in english:
            position += 1
            continue
        length, codes = _longest_at(text_words, position)
        written = " ".join(word.written for word in text_words[position : position + length])
        found += [Mention(code, written) for code in codes]
        position += max(length, 1)
    return found


def _longest_at(text_words: Sequence[Word], position: int) -> tuple[int, tuple[str, ...]]:
    first = text_words[position]
    best, codes = 0, dict[str, None]()
    for language, stem in (("sl", first.slovenian), ("en", first.english)):
        for stems, concept in _terms_by_first_stem()[language].get(stem, ()):
            if len(stems) < best:
                continue
            if len(stems) > 1 and _stems(text_words[position : position + len(stems)], language) != stems:
                continue
            if len(stems) > best:
                best, codes = len(stems), {}
            codes[concept.code] = None
    return best, tuple(codes)


@cache
def _terms_by_first_stem() -> dict[str, dict[str, list[tuple[tuple[str, ...], Concept]]]]:
    """By language and the first stem of a term: most words of a text begin none, which one look tells."""
    index: dict[str, Any] = {"sl": defaultdict(list), "en": defaultdict(list)}
    for concept in CONCEPTS:
        for language, terms in (("sl", concept.sl), ("en", concept.en)):
            for term in terms:
                stems = _stems(list(words(term)), language)
                index[language][stems[0]].append((stems, concept))
    return index


def _stems(text_words: Iterable[Word], language: str) -> tuple[str, ...]:
    return tuple(word.slovenian if language == "sl" else word.english for word in text_words)


def _by_theme(found: Iterable[Mention]) -> dict[str, list[Mention]]:
    by_theme: dict[str, list[Mention]] = defaultdict(list)
    for mention in found:
        for theme in _CONCEPTS[mention.concept].themes:
            by_theme[theme].append(mention)
    return by_theme


def _distinct(written: Iterable[str]) -> tuple[str, ...]:
    """Words once each, whatever their case, in the order first met."""
    return tuple({word.casefold(): word for word in reversed(list(written))}.values())[::-1]
