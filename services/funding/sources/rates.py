"""The share a funder pays, where a text states it: 'stopnja sofinanciranja 80 %', 'co-financing rate of 80 %'."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

_PERCENT = r"(?P<percent>\d{1,3}(?:[.,]\d{1,2})?)\s*(?:%|odstotkov|percent|per\s+cent)"
_PATTERNS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"(?:stopnj\w+|dele\w+|intenzivnost\w*|vi[šs]in\w+)\s+(?:so)?financiranj\w+[^.%\d]{{0,60}}?{_PERCENT}",
        rf"{_PERCENT}\s+(?:vseh\s+|celotnih\s+|vrednosti\s+)?upravi[čc]enih\s+(?:stro[šs]kov|izdatkov)",
        rf"(?:co-?financing|funding|reimbursement)\s+rate[^.%\d]{{0,60}}?{_PERCENT}",
        rf"{_PERCENT}\s+of\s+(?:the\s+)?(?:total\s+)?eligible\s+costs",
    )
)


@dataclass(frozen=True, slots=True)
class StatedRate:
    """A share between 0 and 1 and the words it was read from."""

    rate: Decimal
    phrase: str


def read_rate(text: str) -> StatedRate | None:
    """The rate a text states, or None when it states none, or several: which one applies is then not known."""
    found = [
        StatedRate(rate, " ".join(match[0].split()))
        for pattern in _PATTERNS
        for match in pattern.finditer(text)
        if 0 < (rate := Decimal(match["percent"].replace(",", ".")) / 100) <= 1
    ]
    return found[0] if len({stated.rate for stated in found}) == 1 else None
