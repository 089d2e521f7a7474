"""A change of a call in a reader's words: the field's name, and its value before and after."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from contracts.funding import FieldChange
from contracts.values import LocalText, Money
from services.notifications.people.person import Language
from services.notifications.wording import day, money, one_line

_DATE = re.compile(r"\b(\d{4})-(\d{2})-(\d{2})\b")
_AMOUNT = re.compile(r"(\d+\.\d{2}) ([A-Z]{3})")
_LONGEST = 250

FIELDS = {
    "title": LocalText(sl="Naslov", en="Title"),
    "status": LocalText(sl="Stanje", en="Status"),
    "funder": LocalText(sl="Financer", en="Funder"),
    "programme": LocalText(sl="Program", en="Programme"),
    "reference": LocalText(sl="Oznaka", en="Reference"),
    "summary": LocalText(sl="Opis", en="Description"),
    "opens": LocalText(sl="Začetek zbiranja vlog", en="Opens"),
    "deadline": LocalText(sl="Rok za prijavo", en="Deadline"),
    "until_funds_run_out": LocalText(sl="Do porabe sredstev", en="Until the money runs out"),
    "co_financing_rate": LocalText(sl="Stopnja sofinanciranja", en="Co-financing rate"),
    "co_financing_rate_min": LocalText(sl="Najnižja stopnja sofinanciranja", en="Lowest co-financing rate"),
    "own_share_min": LocalText(sl="Najmanjši lastni delež", en="Smallest own share"),
    "advance_rate": LocalText(sl="Predplačilo", en="Advance"),
    "min_amount": LocalText(sl="Najnižji znesek", en="Minimum amount"),
    "max_amount": LocalText(sl="Najvišji znesek", en="Maximum amount"),
    "budget": LocalText(sl="Sredstva razpisa", en="Money of the call"),
    "eu_contribution": LocalText(sl="Sredstva EU", en="EU contribution"),
    "vat_eligible": LocalText(sl="DDV kot upravičen strošek", en="VAT as an eligible cost"),
    "eligible_applicants": LocalText(sl="Kdo se sme prijaviti", en="Who may apply"),
    "territory": LocalText(sl="Območje", en="Territory"),
    "url": LocalText(sl="Naslov objave", en="Address of the publication"),
    "documents": LocalText(sl="Razpisna dokumentacija", en="Tender documents"),
}
_CODES = {
    "forecast": LocalText(sl="napovedan", en="announced"),
    "open": LocalText(sl="odprt", en="open"),
    "closed": LocalText(sl="zaprt", en="closed"),
    "withdrawn": LocalText(sl="preklican", en="withdrawn"),
    "unknown": LocalText(sl="ni znano", en="not known"),
    "yes": LocalText(sl="da", en="yes"),
    "no": LocalText(sl="ne", en="no"),
    "conditional": LocalText(sl="pod pogoji", en="on conditions"),
    "government_municipal": LocalText(sl="občine", en="municipalities"),
    "public_body": LocalText(sl="osebe javnega prava", en="public bodies"),
    "public_institute": LocalText(sl="javni zavodi in agencije", en="public institutes and agencies"),
    "government_state": LocalText(sl="državni organi", en="state bodies"),
    "non_profit": LocalText(sl="nevladne organizacije", en="non-profit organisations"),
    "small_business": LocalText(sl="mikro, mala in srednja podjetja", en="small and medium enterprises"),
    "for_profit": LocalText(sl="podjetja", en="companies"),
    "unrestricted": LocalText(sl="vse pravne osebe", en="any legal entity"),
}
_CODED = frozenset({"status", "until_funds_run_out", "vat_eligible", "eligible_applicants"})
_FREE_TEXT = frozenset({"title", "summary", "url", "documents", "funder", "programme", "reference"})


def rows(changes: Iterable[FieldChange], language: Language) -> list[tuple[str, str | None, str | None, None]]:
    """Changes as a page shows them: field, before, after; the words on why are the call page's."""
    return [(*told(change, language), None) for change in changes]


class Told(NamedTuple):
    """One row of a change; None where nothing was, or is, stated."""

    field: str
    before: str | None
    after: str | None


def told(change: FieldChange, language: Language) -> Told:
    """A change in words, on one line each: foreign text can neither break a header nor a table."""
    label = FIELDS.get(change.field)
    return Told(
        label.in_language(language) if label else one_line(change.field),
        _said(change.field, change.before, language),
        _said(change.field, change.after, language),
    )


def code_in_words(code: str, language: Language) -> str:
    """What a code of a call's facts says; one that is not known here stands for itself."""
    text = _CODES.get(code)
    return text.in_language(language) if text else code


def _said(field: str, words: str | None, language: Language) -> str | None:
    if words is None:
        return None
    line = one_line(words, _LONGEST)
    if field in _FREE_TEXT:
        return line
    if field in _CODED:
        return ", ".join(code_in_words(code, language) for code in line.split(", "))
    dated = _DATE.sub(lambda found: _day(found, language), line)
    return _AMOUNT.sub(lambda found: money(Money(amount=Decimal(found[1]), currency=found[2]), language), dated)


def _day(found: re.Match[str], language: Language) -> str:
    try:
        return day(date(*map(int, found.groups())), language)
    except ValueError:
        return found[0]
