"""A search in a reader's words: its filters, one after the other."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any, Final

from contracts.funding.themes import THEMES
from contracts.values import LocalText, Money
from services.notifications.changes.words import code_in_words
from services.notifications.kinds import kind_of
from services.notifications.people.person import Language
from services.notifications.subscriptions.subscription import Search
from services.notifications.wording import day, money, one_line, share

_LABELS: Final = {
    "text": LocalText(sl="besede „{}“", en="words “{}”"),
    "themes": LocalText(sl="teme {}", en="themes {}"),
    "territories": LocalText(sl="območja {}", en="territories {}"),
    "min_amount": LocalText(sl="najvišji znesek vsaj {}", en="maximum amount of at least {}"),
    "max_amount": LocalText(sl="najnižji znesek največ {}", en="minimum amount of at most {}"),
    "min_rate": LocalText(sl="financer plača vsaj {}", en="the funder pays at least {}"),
    "deadline_within": LocalText(sl="rok v {} dneh", en="deadline within {} days"),
    "deadline_from": LocalText(sl="rok od {}", en="deadline from {}"),
    "deadline_until": LocalText(sl="rok do {}", en="deadline until {}"),
    "applicants": LocalText(sl="prijavitelji: {}", en="applicants: {}"),
    "programmes": LocalText(sl="programi {}", en="programmes {}"),
    "sources": LocalText(sl="viri {}", en="sources {}"),
    "min_score": LocalText(sl="ocena vsaj {}", en="score of at least {}"),
    "actions": LocalText(sl="ukrepi {}", en="actions {}"),
    "activities": LocalText(sl="aktivnosti {}", en="activities {}"),
    "departments": LocalText(sl="vodijo oddelki {}", en="led by {}"),
    "mine": LocalText(sl="le kar vodi moj oddelek", en="only what my department leads"),
}


_OF_CALLS: Final = {
    "call_found": LocalText(sl="Razpisi, ki ustrezajo iskanju", en="Calls that meet a search"),
    "call_matched": LocalText(sl="Razpisi, ki ustrezajo načrtu", en="Calls that fit the plan"),
}


def title_of(search: Search) -> LocalText:
    """What a search is called: as its owner says, or by what it looks for."""
    if search.name:
        return LocalText(sl=search.name, en=search.name)
    of_calls = next((title for kind, title in _OF_CALLS.items() if kind in search.kinds), None)
    return of_calls or kind_of(search.kinds[0] if search.kinds else "").heading


def filters_in_words(search: Search, language: Language) -> list[str]:
    """Each filter that is set: ['besede „prenova stavb“', 'financer plača vsaj 80 %']."""
    return [
        _LABELS[name].in_language(language).format(one_line(_value(name, value, language)))
        for name, value in search.filters.items()
    ]


def _value(name: str, value: Any, language: Language) -> str:
    if isinstance(value, Money):
        return money(value, language)
    if isinstance(value, Decimal):
        return share(value, language)
    if isinstance(value, date):
        return day(value, language)
    if isinstance(value, tuple):
        return ", ".join(_one(name, str(each), language) for each in value)
    return str(value)


def _one(name: str, code: str, language: Language) -> str:
    if name == "themes":
        return THEMES.get(code, LocalText(sl=code, en=code)).in_language(language)
    return code_in_words(code, language) if name == "applicants" else code
