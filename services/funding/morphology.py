"""Words to stems, in Slovenian and English, so that 'prenovo stavb' meets 'prenova stavbe'."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

import snowballstemmer

_WORD = re.compile(r"[^\W\d_]+(?:[-'’][^\W\d_]+)*|\d+[a-zA-Z]\b")
_PLAIN = str.maketrans("čšžćđ", "cszcd")
_ENDINGS = (
    *("ega", "emu", "imi", "ami", "ima", "ama", "oma", "ema"),
    *("em", "om", "am", "ih", "im", "ah", "eh", "ov", "ev", "mi"),
    *("a", "e", "i", "o", "u"),
)
_SHORTEST_STEM = 3
# The vowel that comes and goes: tujec/tujca, center/centra, podjetij/podjetja, začetek/začetka.
_FLEETING = re.compile(r"(?<=[^aeiou])e(?=[crk]$)|(?<=[^aeiou])i(?=j$)")


@dataclass(frozen=True, slots=True)
class Word:
    """A word as written, with its stem in either language."""

    written: str
    slovenian: str
    english: str


def words(text: str) -> Iterator[Word]:
    """The words of a text, in order; a hyphenated word is one word without its hyphen."""
    return map(_word, _WORD.findall(text))


@lru_cache(maxsize=50_000)
def _word(written: str) -> Word:
    return Word(written, slovenian_stem(written), english_stem(written))


@lru_cache(maxsize=50_000)
def slovenian_stem(word: str) -> str:
    """A light stem: case ending off, carons off, the fleeting vowel out. 'občinami' -> 'obcin'."""
    plain = _joined(word).translate(_PLAIN)
    for ending in _ENDINGS:
        if plain.endswith(ending) and len(plain) - len(ending) >= _SHORTEST_STEM:
            plain = plain[: -len(ending)]
            break
    return _FLEETING.sub("", plain)


@lru_cache(maxsize=50_000)
def english_stem(word: str) -> str:
    """The Snowball stem of a word; 'co-working' and 'coworking' share one."""
    # A stemmer keeps state while it works, so each call has its own: threads may stem at once.
    return str(snowballstemmer.stemmer("english").stemWord(_joined(word)))


def _joined(word: str) -> str:
    return re.sub(r"[-'’]", "", word).lower()
