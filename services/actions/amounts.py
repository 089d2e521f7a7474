"""Reading amounts and counts that people write in Slovenian and in English: '60.000 EUR' and 'EUR 5,000'."""

from __future__ import annotations

import re
from decimal import Decimal

_CENT = Decimal("0.01")
_EXACT = re.compile(r"\d+(\.\d{2})?")
_GROUPED = re.compile(r"\d{1,3}([.,\s]\d{3})+")
_MONEY_PHRASE = re.compile(
    r"(?:EUR|€)?\s*(?P<number>\d{1,3}(?:[.,\s]\d{3})+|\d+)\s*(?P<scale>million|thousand)?\s*(?:EUR|€)?\.?",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"\d{1,3}(?:[.,]\d{3})+(?!\d)|\d+")
_SCALES = {"million": Decimal(1_000_000), "thousand": Decimal(1000)}


def exact_amount(given: object) -> Decimal:
    """The amount to the cent, when it can be read in one way only: '60000' or '60000.00'.

    Raises ValueError with the mend for '60.000', '60,000', negative amounts, floats and words.
    """
    if isinstance(given, Decimal):
        text = f"{given:f}"
    elif isinstance(given, (str, int)) and not isinstance(given, bool):
        text = str(given).strip()
    else:
        raise ValueError("write the amount as digits with a decimal point, such as 60000.00")
    if text.startswith("-"):
        raise ValueError(f"{text!r} is below zero; write what it costs, or leave the cost out when it is not known")
    if _EXACT.fullmatch(text):
        return Decimal(text).quantize(_CENT)
    raise ValueError(_mend(text))


def exact_count(given: object) -> int:
    """A whole number of things. Raises ValueError for '5.000' or '5,000', which can be read as 5 or as 5000."""
    text = str(given).strip()
    if isinstance(given, bool) or not re.fullmatch(r"\d+", text):
        raise ValueError(f"{text!r} is not a plain whole number; write digits only, such as 5000")
    return int(text)


def amount_in(phrase: str) -> Decimal | None:
    """What a money phrase says: '60.000 EUR' is 60000, 'EUR 1 million' is 1000000; None when it says more or less than
    one whole amount. A group of exactly three digits after a point, comma or space is thousands, in either language.
    """
    match = _MONEY_PHRASE.fullmatch(phrase.strip())
    if match is None:
        return None
    number = Decimal(re.sub(r"\D", "", match["number"]))
    return number * _SCALES.get((match["scale"] or "").lower(), Decimal(1))


def numbers_in(phrase: str) -> set[int]:
    """Every whole number a phrase names: '1-2 reports' gives {1, 2}, '5.000 people' gives {5000}."""
    return {int(re.sub(r"\D", "", number)) for number in _NUMBER.findall(phrase)}


def _mend(text: str) -> str:
    grouped = _GROUPED.fullmatch(text)
    if grouped:
        whole = int(re.sub(r"\D", "", text))
        return f"{text!r} can be read in two ways; write {whole}.00 if you mean {whole:,}"
    if re.fullmatch(r"\d+,\d{1,2}", text):
        return f"{text!r} has a decimal comma; write {Decimal(text.replace(',', '.')).quantize(_CENT)}"
    return f"{text!r} is not an exact amount; write digits, a point and two decimals, such as 60000.00"
