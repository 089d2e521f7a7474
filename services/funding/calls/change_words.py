"""A change of a call in the reader's words: codes by their names, dates and amounts as each language writes them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation

from contracts.funding import FieldChange
from contracts.values import LocalText, Money, PartialDate
from services.funding import applicant_names, spoken, territory_names, theme_names
from services.funding.calls.rules import WHY
from services.funding.sources.parsed_call import Conflict

_DATE = re.compile(r"\b(\d{4})-(\d{2})-(\d{2})\b")
_STATUSES = {
    "forecast": LocalText(sl="napovedan", en="forecast"),
    "open": LocalText(sl="odprt", en="open"),
    "closed": LocalText(sl="zaprt", en="closed"),
    "withdrawn": LocalText(sl="preklican", en="withdrawn"),
    "unknown": LocalText(sl="ni znano", en="unknown"),
}
_ANSWERS = {
    "yes": LocalText(sl="da", en="yes"),
    "no": LocalText(sl="ne", en="no"),
    "conditional": LocalText(sl="pod pogoji", en="on conditions"),
}


@dataclass(frozen=True, slots=True)
class ShownChange:
    """One field before and after, and why it matters; None where nothing was, or is, stated."""

    field: str
    before: LocalText | None
    after: LocalText | None
    why: LocalText | None
    material: bool


def shown(changes: Iterable[FieldChange]) -> list[ShownChange]:
    """Changes for a person, those that matter first."""
    ordered = sorted(changes, key=lambda change: not change.material)
    return [
        ShownChange(each.field, said(each.field, each.before), said(each.field, each.after), _why(each), each.material)
        for each in ordered
    ]


def said(field: str, words: str | None) -> LocalText | None:
    """A value of a change, which is in words for programs, for people."""
    if words is None:
        return None
    return _BY_FIELD.get(field, _plain)(words)


def _why(change: FieldChange) -> LocalText | None:
    known = WHY.get(change.rule or "")
    days = _days_between(change.before, change.after) if change.field == "deadline" else None
    if known is None or days is None or change.rule not in ("deadline_earlier", "deadline_later"):
        return known
    count = spoken.days(abs(days))
    if days < 0:
        return LocalText(sl=f"{count.sl} prej", en=f"{count.en} earlier")
    return LocalText(sl=f"{count.sl} pozneje", en=f"{count.en} later")


def _days_between(before: str | None, after: str | None) -> int | None:
    """Whole days from one date to the other; None unless each side names exactly one."""
    ends = [_DATE.findall(text or "") for text in (before, after)]
    if any(len(found) != 1 for found in ends):
        return None
    was, now = (date(*map(int, found[0])) for found in ends)
    return (now - was).days or None


def _plain(words: str) -> LocalText:
    return LocalText(sl=words, en=words)


def _of(words: Mapping[str, LocalText]) -> Callable[[str], LocalText]:
    return lambda text: words.get(text, _plain(text))


def _dates(words: str) -> LocalText:
    def written(language: str) -> str:
        return _DATE.sub(lambda each: spoken.date(PartialDate(value=each[0])).in_language(language), words)

    return LocalText(sl=written("sl"), en=written("en"))


def _amount(words: str) -> LocalText:
    number, _, currency = words.partition(" ")
    try:
        return spoken.amount(Money(amount=Decimal(number), currency=currency))
    except (InvalidOperation, ValueError):
        return _plain(words)


def _share(words: str) -> LocalText:
    return LocalText(sl=words, en=words.replace(" %", "%"))


def _applicants(words: str) -> LocalText:
    names = [applicant_names.named(code) for code in words.split(", ")]
    return LocalText(sl=", ".join(each.sl for each in names), en=", ".join(each.en for each in names))


_BY_FIELD: dict[str, Callable[[str], LocalText]] = {
    "status": _of(_STATUSES),
    "territory": territory_names.named,
    "eligible_applicants": _applicants,
    "themes": lambda words: theme_names.named(words.split(", ")),
    **dict.fromkeys(("co_financing_rate", "co_financing_rate_min", "own_share_min", "advance_rate"), _share),
    "until_funds_run_out": _of(_ANSWERS),
    "vat_eligible": _of(_ANSWERS),
    **dict.fromkeys(("deadline", "deadlines", "opens"), _dates),
    **dict.fromkeys(("min_amount", "max_amount", "budget", "eu_contribution"), _amount),
}


@dataclass(frozen=True, slots=True)
class ShownConflict:
    """Two statements that cannot both hold, in the reader's words where they are values and not free text."""

    conflict: Conflict
    says: LocalText
    against: LocalText


def shown_conflict(conflict: Conflict) -> ShownConflict:
    """A conflict for a person; `unknown` stands for what the other does not state."""
    says, against = (said(conflict.field, text) or _plain(text) for text in (conflict.says, conflict.against))
    return ShownConflict(conflict, says, against)
