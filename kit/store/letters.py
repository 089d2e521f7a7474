"""A text looked for as people type it: in any case, and with or without the marks on its letters (č, š, ž, đ, ä)."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from typing import Final

_UNCOMPOSED: Final = {"đ": "d", "ł": "l", "ø": "o"}


def holding(text: str) -> dict[str, str]:
    """A query for a field that holds `text` somewhere: 'zan' finds 'Žan', and 'Žan' finds 'Zan'."""
    letters = unicodedata.normalize("NFC", text.casefold())
    return {"$regex": "".join(_ALIKE.get(_plain(letter)) or re.escape(letter) for letter in letters), "$options": "i"}


def _plain(letter: str) -> str:
    return _UNCOMPOSED.get(letter) or unicodedata.normalize("NFKD", letter)[0]


def _alike() -> dict[str, str]:
    """By plain letter: the class of it and of every marked letter of European alphabets, small and capital."""
    found = defaultdict(list)
    for letter in map(chr, range(0xC0, 0x180)):
        small = letter.lower()
        if small.isalpha() and _plain(small) in "abcdefghijklmnopqrstuvwxyz":
            found[_plain(small)].append(letter)
    return {plain: f"[{plain}{''.join(marked)}]" for plain, marked in found.items()}


_ALIKE: Final = _alike()
