"""One contradiction inside a plan, in the words an officer reads, and how it shows money."""

from __future__ import annotations

from decimal import Decimal

from contracts.values import LocalText, Money, Reason


class Contradiction(Reason):
    """Two statements of one plan that cannot both hold. Nothing is corrected: an officer decides.

    `about` names the parts concerned: action and activity numbers, 'SO4' for an objective's indicators, or 'plan'.
    """

    about: list[str]


def contradiction(code: str, about: list[str], *, sl: str, en: str, evidence: list[str]) -> Contradiction:
    """A contradiction whose evidence is the plan's own phrases."""
    said = " | ".join(dict.fromkeys(evidence))
    return Contradiction(code=code, about=about, text=LocalText(sl=sl, en=en), evidence=said)


def money_en(money: Money) -> str:
    """'EUR 34,000', with cents only where there are any."""
    return f"{money.currency} {_digits(money.amount)}"


def money_sl(money: Money) -> str:
    """'34.000 EUR', with cents only where there are any."""
    return f"{_digits(money.amount).translate(str.maketrans(',.', '.,'))} {money.currency}"


def _digits(amount: Decimal) -> str:
    return f"{amount:,.2f}".removesuffix(".00")
