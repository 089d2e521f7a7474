"""Whether two calls may be one and the same: grounds for a person to decide on, never a reason to join by itself.

Titles are compared by their stems, without the words every call begins with ("javni razpis za sofinanciranje …").
"""

from __future__ import annotations

from typing import Protocol

from contracts.values import LocalText, Money, Reason
from services.funding.calls.names import funder_name
from services.funding.morphology import words

_ALIKE, _NEARLY_THE_SAME = 0.5, 0.8
_BEGINNINGS = frozenset(
    word.slovenian
    for word in words(
        """javni javnega razpis razpisa poziv za sofinanciranje sofinanciranja izbor projektov operacij dodelitev
        sredstev v letu leta iz programa programu in ter na področju občin občinah republike sloveniji
        call for proposals the of and in"""
    )
)


class Known(Protocol):
    """What of a call is compared."""

    title: str
    titles: dict[str, str]
    funder: str | None
    budget: Money | None
    url: str | None


def grounds_to_join(one: Known, other: Known) -> list[Reason]:
    """Why two calls may be one: a title much alike, with the same funder or sum; or one address. Empty when not."""
    if one.url is not None and one.url == other.url:
        return [_said("same_address", "oba vira kažeta na isti naslov", "both sources point to one address", one.url)]
    alike = max(
        (_shared(mine, theirs) for mine in _titles(one) for theirs in _titles(other)),
        default=0.0,
    )
    funder = funder_name(one.funder)
    same_funder = funder is not None and funder == funder_name(other.funder)
    same_sum = _same_sum(one.budget, other.budget)
    if alike < _ALIKE or same_sum is False or not (same_funder or same_sum or alike >= _NEARLY_THE_SAME):
        return []
    grounds = [_said("alike_title", "naslova sta si podobna", "the titles are much alike", f"{alike * 100:.0f} %")]
    if same_funder:
        grounds.append(_said("same_funder", "financer je isti", "the funder is the same", one.funder))
    if same_sum and one.budget:
        grounds.append(_said("same_sum", "znesek je isti", "the sum is the same", f"{one.budget.amount:.2f}"))
    return grounds


def same_name(name: str) -> Reason:
    """Two known calls turned out to have one official name."""
    return _said("same_reference", "uradna oznaka je ista", "the official reference is the same", name.split("|")[1])


def _titles(call: Known) -> set[str]:
    return {call.title, *call.titles.values()}


def _shared(one: str, other: str) -> float:
    """The share of distinct words that two titles have in common (Jaccard's index), 0 when either has none left."""
    mine, theirs = _stems(one), _stems(other)
    return len(mine & theirs) / len(mine | theirs) if mine and theirs else 0.0


def _stems(title: str) -> set[str]:
    return {word.slovenian for word in words(title)} - _BEGINNINGS


def _same_sum(one: Money | None, other: Money | None) -> bool | None:
    if one is None or other is None:
        return None
    return (one.amount, one.currency) == (other.amount, other.currency)


def _said(code: str, sl: str, en: str, evidence: str | None) -> Reason:
    return Reason(code=code, text=LocalText(sl=sl, en=en), evidence=evidence)
