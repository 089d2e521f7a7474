"""Amounts as Slovenian offices write them: '1.250.000,50 EUR', '200 tisoč evrov', '15,72 mio €'."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from contracts.values import Money, Vat

_NUMBER = r"\d+(?:[.,\u00a0\u202f ]\d+)*"
_SCALE = r"tiso[čc]|milijon(?:a|e|ov)?|mio\.?|mrd\.?|milijard(?:a|e|i)?"
_CURRENCY = r"EUR(?![A-Za-z])|€|evr(?:ov|a|e|i)\b"
_AMOUNT = re.compile(
    rf"(?<![\w.,])(?:(?:EUR|€)\s*(?P<after>{_NUMBER})(?:\s*(?P<scale_after>{_SCALE})\b)?(?![\w%])"
    rf"|(?P<before>{_NUMBER})\s*(?:(?P<scale_before>{_SCALE})\s*)?(?:{_CURRENCY}))",
    re.IGNORECASE,
)
_SLOVENIAN = re.compile(r"^(?P<whole>\d{1,3}(?:[.\u00a0\u202f ]\d{3})+|\d+)(?:,(?P<cents>\d{1,2}))?$")
_FROM_TO = re.compile(
    rf"\bod\s+(?P<low>{_NUMBER})\s*(?:(?:{_CURRENCY})\s*)?do\s+(?P<high>{_NUMBER})\s*(?:{_CURRENCY})", re.IGNORECASE
)
_AT_LEAST = re.compile(r"\b(?:najmanj|najni[žz]j\w+|minimaln\w+|vsaj)\b[^.;\d]{0,60}$", re.IGNORECASE)
_AT_MOST = re.compile(r"\b(?:najve[čc]|najvi[šs]j\w+|maksimaln\w+|do)\b[^.;\d]{0,60}$", re.IGNORECASE)
_WITH_VAT = re.compile(r"\b(?:z(?:\s+vklju[čc]enim)?|vklju[čc]no\s+z|vklju[čc]en|vklju[čc]uje)\s+ddv\b", re.IGNORECASE)
_WITHOUT_VAT = re.compile(r"\b(?:brez|ne\s+vklju[čc]uje)\s+ddv\b|\bddv\s+ni\s+vklju[čc]en", re.IGNORECASE)
_ROUGHLY = re.compile(
    r"\b(?:ve[čc]|manj)\s+kot\s*$|\b(?:približno|okoli|okrog|skoraj|blizu|dobrih|slabih|do)\s*$", re.IGNORECASE
)
_SCALES = {"tiso": Decimal(1_000), "mili": Decimal(1_000_000), "mio": Decimal(1_000_000)}
_BILLION = Decimal(1_000_000_000)
_FOREIGN = re.compile(r"(?:^|\s|\d)(?P<code>[A-Z]{3}|[$£¥])(?:$|\s|\d)")
_LARGEST = Decimal(10) ** 15


class UnreadableAmount(ValueError):
    """A text that should hold an amount of money does not, or may mean two different amounts."""


@dataclass(frozen=True, slots=True)
class Span:
    """The least and the most one applicant may get; None where the text sets no such bound."""

    least: Money | None = None
    most: Money | None = None


def read_amounts(text: str) -> list[Money]:
    """Every amount with a currency in a text, in the order written. Raises UnreadableAmount when one is doubtful."""
    return [_money(text, match) for match in _AMOUNT.finditer(text)]


def read_amount(text: str) -> Money:
    """The one amount of a text. Raises UnreadableAmount when it has none, or several different ones."""
    amounts = read_amounts(text)
    if len({amount.amount for amount in amounts}) != 1:
        if not amounts and (foreign := _FOREIGN.search(text)):
            raise UnreadableAmount(f"{text.strip()[:80]!r} is in {foreign['code']}; give the amount in EUR")
        found = "no amount with a currency" if not amounts else f"{len(amounts)} amounts"
        raise UnreadableAmount(f"{text.strip()[:80]!r} holds {found}; write one, such as '1.250.000,50 EUR'")
    return amounts[0]


def is_rough(text: str, amount: Money) -> bool:
    """Whether a text gives an amount only roughly, or as a bound: 'več kot 13,3 milijona evrov', 'do 5 mio EUR'."""
    at = text.find(amount.phrase or "")
    return _ROUGHLY.search(text[max(0, at - 30) : at]) is not None


def read_span(text: str) -> Span:
    """The bounds in 'od 5.000 do 40.000 EUR', 'najmanj 5.000 EUR' or 'največ 40.000 EUR'.

    An amount with no such word beside it bounds nothing. Raises UnreadableAmount when a bound is doubtful
    or given twice with different values.
    """
    if between := _FROM_TO.search(text):
        low, high = (read_amount(f"{between[name]} EUR") for name in ("low", "high"))
        return Span(least=low, most=high)
    bounds: dict[str, Money] = {}
    for match in _AMOUNT.finditer(text):
        before = text[max(0, match.start() - 90) : match.start()]
        for name, words in (("least", _AT_LEAST), ("most", _AT_MOST)):
            if words.search(before):
                amount = _money(text, match)
                if bounds.setdefault(name, amount).amount != amount.amount:
                    raise UnreadableAmount(f"{text.strip()[:80]!r} sets two different bounds; give one")
                break
    return Span(**bounds)


def read_number(text: str) -> Decimal:
    """A number in Slovenian notation: dots or spaces between thousands, a comma before at most two decimals.

    Raises UnreadableAmount for '5,000' and '1.25': each is one number here and another in English.
    """
    match = _SLOVENIAN.match(text.strip())
    if match is None:
        raise UnreadableAmount(f"{text!r} may mean two numbers; write it as 1.250.000,50")
    whole = re.sub(r"\D", "", match["whole"])
    return Decimal(f"{whole}.{match['cents'] or '0'}")


def _money(text: str, match: re.Match[str]) -> Money:
    number = match["after"] or match["before"]
    scale = match["scale_after"] or match["scale_before"]
    amount = (read_number(number) * _factor(scale)).quantize(Decimal("0.01"))
    if amount > _LARGEST:
        raise UnreadableAmount(f"{match[0]!r} is larger than any call; check the number")
    return Money(amount=amount, currency="EUR", vat=_vat(text[match.end() : match.end() + 30]), phrase=match[0])


def _factor(scale: str | None) -> Decimal:
    if scale is None:
        return Decimal(1)
    scale = scale.lower()
    if scale.startswith(("mrd", "milijard")):
        return _BILLION
    return next(factor for stem, factor in _SCALES.items() if scale.startswith(stem))


def _vat(following: str) -> Vat:
    if _WITHOUT_VAT.search(following):
        return "excluded"
    return "included" if _WITH_VAT.search(following) else "unknown"
