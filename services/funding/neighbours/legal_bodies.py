"""Whether a beneficiary's name is that of a body: a person's name is nobody's open data.

A name that no rule recognises may be a person's, so it does not count as a body's.
"""

from __future__ import annotations

import re

# Legal forms as companies write them, with or without dots and spaces: "d. o. o.", "doo".
_FORMS = ("d.o.o", "d.d", "d.n.o", "k.d", "z.o.o", "z.b.o", "s.p.a", "s.r.l", "e.v", "gmbh", "ggmbh", "ltd", "ag")
# Slovenian nouns without their endings. Only case endings may follow: Zavodnik and Šolar are people's names.
_STEMS = """
    občin zavod društv združenj zadrug ustanov fundacij sklad agencij ministrstv univerz fakultet inštitut šol vrtec
    vrtc gimnazij muzej knjižnic zbornic center centr bolnišnic skupnost podjetj župnij škofij urad direkcij uprav
    republik institut arhiv gledališč klub akademij park
"""
_WORDS = """
    zveza municipality city council agency institute university faculty school foundation association museum ministry
    chamber company library hospital office society comune regione gemeinde land
"""
_WHOLE = "|".join([*_WORDS.split(), *(form.replace(".", r"\.?\s?") for form in _FORMS)])
_BODY = re.compile(rf"\b(?:(?:{'|'.join(_STEMS.split())})(?:a|e|i|o|u|om|em|ju)?|{_WHOLE})\b", re.IGNORECASE)
# A trader in person carries these words and the own name.
_PERSON = re.compile(r"\bs\.?\s?p\b\.?|\bnosilec\b|\bkmetij\w*|\bfizičn\w+ oseb\w*|\bnatural person\b", re.IGNORECASE)


def is_legal_body(name: str) -> bool:
    return _BODY.search(name) is not None and _PERSON.search(name) is None
