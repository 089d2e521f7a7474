"""The words of a search and of a call, in Slovenian and English: 'energija stavb' finds 'energetska prenova stavbe'.

Which language a word is in is not asked: a word of a search is met by a word of a call that shares its Slovenian root
or its English stem. Names and other words are found as they are written.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from typing import Final, NamedTuple

import snowballstemmer

from services.notifications.subscriptions.roots import root_of, stem_of

MOST_LETTERS: Final = 200
MOST_WORDS: Final = 12

_WORD = re.compile(r"[^\W_]+(?:[-'’][^\W_]+)*")
_JOINT = re.compile(r"[-'’]")
# Words that say nothing of a call.
_EMPTY = frozenset(
    (
        *("in", "ali", "pa", "za", "na", "v", "s", "z", "o", "pri", "od", "do", "po", "iz", "k", "h", "ob", "med"),
        *("ter", "je", "se", "ki", "a", "an", "and", "are", "as", "at", "by", "for", "from", "is", "of", "on", "or"),
        *("the", "to", "with"),
    )
)
# Words that no Slovenian or English text has, each of a language that people in this part of Europe write: small ones,
# and what one would look for calls by.
_FOREIGN: Final[dict[str, str]] = {
    word: language
    for language, listed in {
        "German": "und für der das von zur zum über förderung fördermittel gemeinde gemeinden ausschreibung zuschuss",
        "Italian": "della delle degli nella gli bando finanziamento finanziamenti contributi comuni comune",
        "French": "aux une dans pour appel appels subvention subventions projets communes",
        "Hungarian": "és az egy vagy pályázat pályázati önkormányzat támogatás",
        "Croatian": "što uz prema natječaj natječaji općina općine potpore",
    }.items()
    for word in listed.split()
}


class UnknownLanguage(ValueError):
    """A search is written in a language whose words cannot be found; `mend` says what to write instead."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.mend = "write the words in Slovenian or English, or leave the foreign words out"


class Term(NamedTuple):
    """One word of a search: as written, its Slovenian stem, and what it is found by; one key in a call is enough."""

    written: str
    stem: str
    keys: tuple[str, ...]
    keys_of_release_0_3: tuple[str, ...]

    def among(self, words: frozenset[str]) -> bool:
        return any(key in words for key in self.keys)


@lru_cache(maxsize=100_000)
def terms(text: str) -> tuple[Term, ...]:
    """The words to look for, without those that say nothing, in order."""
    looked_for: dict[tuple[str, ...], Term] = {}
    for written in _WORD.findall(text):
        word = _joined(written)
        if word not in _EMPTY:
            term = _term(word)
            looked_for.setdefault(term.keys, term._replace(written=written))
    return tuple(looked_for.values())


@lru_cache(maxsize=2_000)
def words_of(*texts: str | None) -> frozenset[str]:
    """Everything by which the words of some texts can be found, as keys of terms."""
    return frozenset(key for text in texts for word in _pieces(text or "") for key in _term(word).keys)


def _pieces(text: str) -> Iterable[str]:
    """A hyphenated word counts as one word and as its parts."""
    for word in _WORD.findall(text):
        joined = _joined(word)
        yield joined
        parts = _JOINT.split(word.casefold())
        if len(parts) > 1:
            yield from parts


@lru_cache(maxsize=200_000)
def _term(word: str) -> Term:
    if any(letter.isdigit() for letter in word):
        return Term(word, word, (f"sl:{word}", f"en:{word}"), (f"sl:{word}", f"en:{word}"))
    stem = stem_of(word)
    # A stemmer keeps state while it works, so each call has its own.
    english = snowballstemmer.stemmer("english")
    once = str(english.stemWord(word))
    # Twice, because 'environmental' ends as 'environment', and that as 'environ'.
    twice = str(english.stemWord(once))
    return Term(word, stem, (f"sl:{root_of(stem)}", f"en:{twice}"), (f"sl:{stem}", f"en:{once}"))


def _joined(word: str) -> str:
    return _JOINT.sub("", unicodedata.normalize("NFC", word)).casefold()


def expect_known_language(text: str) -> None:
    """Asked before a search is kept; what is kept already is read whatever it says. Raises UnknownLanguage."""
    for word in map(_joined, _WORD.findall(text)):
        _expect_known(word)


def _expect_known(word: str) -> None:
    for letter in word:
        if letter.isalpha() and not unicodedata.name(letter, "").startswith("LATIN"):
            raise UnknownLanguage(f"the search does not know the letters of {word!r}; it knows Slovenian and English")
    if word in _FOREIGN:
        raise UnknownLanguage(f"{word!r} looks like {_FOREIGN[word]}; the search knows Slovenian and English")
