"""Whether a beneficiary's name is that of a body: a person's name is nobody's open data.

A name that no rule recognises may be a person's, so it does not count as a body's.
"""

from __future__ import annotations

import re

_FORMS = re.compile(
    r"""\b(?:
      d\.?\s?o\.?\s?o | d\.?\s?d | d\.?\s?n\.?\s?o | k\.?\s?d | z\.?\s?o\.?\s?o | z\.?\s?b\.?\s?o | s\.?\s?p\.?\s?a | s\.?\s?r\.?\s?l
      | gmbh | ltd | e\.?\s?v | ggmbh | ag
    )\b""",
    re.IGNORECASE | re.VERBOSE,
)
_WORDS = re.compile(
    r"""\b(?:
      (?:mestn\w+\s)?občin\w* | zavod\w* | društv\w* | združenj\w* | zvez\w | zadrug\w* | ustanov\w* | fundacij\w* | sklad\w*
      | agencij\w* | ministrstv\w* | univerz\w* | fakultet\w* | inštitut\w* | šol\w* | vrt\w?c\w* | gimnazij\w* | muzej\w*
      | knjižnic\w* | zbornic\w* | center | centr\w* | bolnišnic\w* | skupnost\w* | podjetj\w* | župnij\w* | škofij\w* | urad\w*
      | direkcij\w* | uprav\w* | republik\w* | institut\w* | arhiv\w* | gledališč\w* | klub\w* | akademij\w* | park\w*
      | municipality | city | council | agency | institute | university | faculty | school | foundation | association | museum
      | ministry | chamber | company | library | hospital | office | society | comune | regione | gemeinde | land
    )\b""",
    re.IGNORECASE | re.VERBOSE,
)
# A trader in person carries these words and the own name.
_PERSON = re.compile(r"\bs\.?\s?p\b\.?|\bnosilec\b|\bkmetij\w*|\bfizičn\w+ oseb\w*|\bnatural person\b", re.IGNORECASE)


def is_legal_body(name: str) -> bool:
    return not _PERSON.search(name) and bool(_FORMS.search(name) or _WORDS.search(name))
