"""Whether a press release of the government forecasts a call: two formulas, an amount in both, and false friends.

The formulas were measured on the releases of 2026: 'je odobrilo evropska sredstva za »Javni razpis ...«' and 'bo 14.
septembra 2026 objavilo ... razpis'. The same ministry approves projects in almost the same words, and announces calls
that are out already. A missed forecast is better than a ribbon-cutting taken for a call.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from contracts.values import PartialDate
from services.funding.sources.amounts import UnreadableAmount, is_rough, read_amounts
from services.funding.sources.dates import UnreadableDate, read_dates, read_month
from services.funding.sources.facts import Facts
from services.funding.sources.sentences import sentences

_WORTH_READING = re.compile(r"razpis|poziv|sredstv|sofinancir|milijon|spodbud", re.IGNORECASE)
_MONEY = r"(?:evropsk\w+\s+)?sredstv\w*"
_APPROVED = re.compile(rf"\bodobril\w*\s+(?:je\s+)?{_MONEY}", re.IGNORECASE)
_PROJECT = re.compile(rf"\bodobril\w*\s+(?:je\s+)?{_MONEY}\s+za\s+(?:projekt|operacij)\w*", re.IGNORECASE)
_NAMED = re.compile(r"[»„“\"]\s*(?P<name>Javn[ia]\s+(?:razpis|poziv)[^«”“\"»]{5,300}?)\s*[«”“\"]", re.IGNORECASE)
_WILL_PUBLISH = re.compile(
    r"\bbo(?:do|sta)?\b(?P<when>.{0,90}?)\bobjavil\w*\b.{0,140}?\b(?:razpis|poziv)", re.IGNORECASE
)
_IS_OUT = re.compile(
    r"\b(?:je|sta|so|smo)\s+(?:\w+\s+){0,3}objavil\w*\b.{0,80}?\b(?:razpis|poziv)"
    r"|\b(?:razpis|poziv)\w*\s+je\s+(?:že\s+|bil\s+){0,2}objavljen\b",
    re.IGNORECASE,
)
_OUT_IN_TITLE = re.compile(r"^\s*objavljen\w*\s+(?:je\s+)?(?:\w+\s+){0,2}(?:razpis|poziv)", re.IGNORECASE)
_PUBLISHER = re.compile(r"\b(?P<name>Ministrstvo za [^.,;]{5,90}?)\s+bo\b")
_EU_PAYS = re.compile(r"\bprispeva\w*\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Forecast:
    """A call that is to come: its name, by which formula it was found, and what the release says of it."""

    name: str
    formula: Literal["approved", "will_publish"]
    facts: Facts


@dataclass(frozen=True, slots=True)
class NoForecast:
    """Why a release that speaks of money or calls forecasts none."""

    reason: str


def worth_reading(title: str) -> bool:
    """Whether a release's title may speak of a call: few of a hundred do."""
    return _WORTH_READING.search(title) is not None


def judge(title: str, text: str) -> Forecast | NoForecast:
    """The forecast in one release, from its title and its words."""
    whole = " ".join(text.split())
    if found := _PROJECT.search(whole):
        return NoForecast(f"it approves money for a project, not for a call: '{found[0]}'")
    if found := _OUT_IN_TITLE.search(title) or _IS_OUT.search(whole):
        return NoForecast(f"the call is out already and comes from where calls are published: '{found[0][:120]}'")
    named, approved = _NAMED.search(whole), _APPROVED.search(whole)
    announced = _WILL_PUBLISH.search(whole)
    facts = Facts()
    if named and approved:
        name, words = named["name"], f"{approved[0]} ... »{named['name']}«"
    elif announced:
        name, words = named["name"] if named else title, announced[0]
    else:
        return NoForecast("it neither approves money for a named call nor says when one will be published")
    if not _read_money(text, facts):
        return NoForecast(f"it forecasts '{name[:80]}' but names no amount")
    facts.state("status", "forecast", words, basis="read_from_text")
    facts.state("status_phrase", words)
    if announced:
        _read_opening(announced["when"], facts)
    if publisher := _PUBLISHER.search(whole):
        facts.state("funder", publisher["name"], publisher[0], basis="read_from_text")
    return Forecast(" ".join(name.split()), "approved" if named and approved else "will_publish", facts)


def _read_opening(words: str, facts: Facts) -> None:
    try:
        days = read_dates(words)
    except UnreadableDate as error:
        facts.doubt("opens", words, str(error))
        return
    value = days[0].day.isoformat() if len(days) == 1 else read_month(words)
    if value:
        facts.state("opens", PartialDate(value=value, phrase=words.strip()), words.strip(), basis="read_from_text")


def _read_money(text: str, facts: Facts) -> bool:
    """Whether the release names money at all. An exact amount is taken, one 'of more than' is said to be unread."""
    named = False
    totals: dict[str, str] = {}
    for sentence in sentences(text):
        field = "eu_contribution" if _EU_PAYS.search(sentence) else "budget"
        try:
            amounts = read_amounts(sentence)
        except UnreadableAmount as error:
            named = True
            facts.doubt(field, sentence, str(error))
            continue
        for amount in amounts:
            named = True
            if is_rough(sentence, amount):
                facts.doubt(field, sentence, f"'{amount.phrase}' is given as a rough figure")
            elif field in facts.values and facts.values[field].amount != amount.amount:
                totals[field] = sentence
            else:
                facts.state(field, amount, sentence, basis="read_from_text")
    for field, sentence in totals.items():
        del facts.values[field], facts.grounds[field]
        facts.doubt(field, sentence, "the release names several amounts; which is the call's is not told")
    return named
