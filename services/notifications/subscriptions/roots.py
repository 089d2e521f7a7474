"""Slovenian words without what grammar puts on them: 'občinami' has the stem 'obcin', and the root of 'občinski'.

A stem is a word in all its cases; a root also what is made of the word, adjectives and the names of fields and people:
'muzejske' has the root of 'muzej', 'energetska' of 'energija', 'turistični' of 'turizem'. English words pass unharmed:
what comes off is too long, or stands after letters after which English does not have it ('corn' keeps its n).
"""

from __future__ import annotations

import re
import unicodedata

# Longest first: 'ami' comes off before 'i'.
_CASE_ENDINGS = (
    *("ega", "emu", "imi", "ami", "ima", "ama", "oma", "ema"),
    *("em", "am", "om", "ih", "im", "ah", "eh", "ov", "ev", "mi"),
    *("a", "e", "i", "o", "u"),
)
_SHORTEST = 3
# center/centra, tujec/tujca, začetek/začetka: the vowel that only the first case has.
_FLEETING = re.compile(r"(?<=[^aeiou])e(?=[crk]$)|(?<=[^aeiou])i(?=j$)")

# What makes another word of one, with what stands for it in the root; the first that fits comes off.
_MADE = tuple(
    (re.compile(made), root)
    for made, root in (
        (r"(?<=\w{4})et(?:sk|ik|icn)$", "j"),  # energetska, energetika: energija
        (r"(?<=\wol)osk$", "og"),  # tehnološki: tehnologija
        (r"(?<=\w\w)ij(?:sk|stv)$", "j"),  # inovacijski: inovacija
        (r"(?<=\w{3})i(?:zm?|stik|sticn?)$", "ist"),  # turizem, turistični: turist
        (r"(?<=\w{4})i(?:k|sk|stv)$", "ic"),  # umetniški, umetništvo: umetnik, umetnica
        (r"(?<=\w{5})stv(?:en)?$", ""),  # zdravstveni: zdravje
        (r"(?<=\w{3})sk$", ""),  # muzejski: muzej
        (r"(?<=\w\w[bcdjkpstvz])n$|(?<=\w{4}[fghlmr])n$", ""),  # vodni, kulturni: voda, kultura
    )
)
# podnebje: podnebni; regija and okolje keep it.
_LAST_SOUND = re.compile(r"(?<=\w{3}[bcdfghkmprstvz])j$")
# Roots that change their sound, and stems that only look as if they were made of another word: the first of each line.
_ONE_BY_ONE = {
    stem: root
    for root, *stems in (
        *(("zrak", "zracn"), ("rk", "recn"), ("otrok", "otroc", "otrosk"), ("bank", "bancn"), ("mor", "morj")),
        *(("knjig", "knjizn"), ("sloven", "slovenj"), ("glavn",), ("javn",), ("redn",), ("resn",)),
    )
    for stem in (root, *stems)
}


def stem_of(word: str) -> str:
    """A light stem: accents and case ending off."""
    plain = _plain(word)
    ending = next((end for end in _CASE_ENDINGS if plain.endswith(end) and len(plain) - len(end) >= _SHORTEST), "")
    return _FLEETING.sub("", plain.removesuffix(ending) if ending else plain)


def root_of(stem: str) -> str:
    """What a stem shares with the words that are made of the same one."""
    if stem in _ONE_BY_ONE:
        return _ONE_BY_ONE[stem]
    root = next((made.sub(to, stem) for made, to in _MADE if made.search(stem)), stem)
    return _LAST_SOUND.sub("", root)


def _plain(word: str) -> str:
    apart = unicodedata.normalize("NFKD", word.replace("đ", "d"))
    return "".join(letter for letter in apart if not unicodedata.combining(letter))
