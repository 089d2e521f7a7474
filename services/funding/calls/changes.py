"""What differs between two states of a call, in words; `rules.py` says which differences matter."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from contracts.funding import FieldChange
from contracts.values import Money, PartialDate
from services.funding.calls.rules import rule_for
from services.funding.sources.parsed_call import Deadline, TenderDocument

_LJUBLJANA = ZoneInfo("Europe/Ljubljana")
COMPARED = (
    *("title", "status", "funder", "programme", "reference", "description", "opens", "deadlines"),
    *("until_funds_run_out", "co_financing_rate", "co_financing_rate_min", "own_share_min", "advance_rate"),
    *("min_amount", "max_amount", "budget", "eu_contribution", "vat_eligible"),
    *("eligible_applicants", "territory", "themes", "url"),
)
# An applicant knows one deadline, however many dates stand behind it.
_NAMES = {"deadlines": "deadline", "description": "summary"}


def compare(before: Any, after: Any) -> list[FieldChange]:
    """Every compared field that differs, and every document. Wording of money and white space do not count."""
    fields = [
        field_change(name, getattr(before, name), getattr(after, name))
        for name in COMPARED
        if essence(getattr(before, name)) != essence(getattr(after, name))
    ]
    return fields + _documents(before.documents, after.documents)


def field_change(name: str, before: object, after: object) -> FieldChange:
    """One field's change in words, with what the rules say of it."""
    rule = rule_for(name, before, after)
    return FieldChange(
        field=_NAMES.get(name, name),
        before=in_words(before),
        after=in_words(after),
        material=rule.material,
        urgent=rule.urgent,
        rule=rule.code,
    )


def in_words(value: object) -> str | None:
    """A value for a person to read; None for what is not known."""
    if value in (None, []):
        return None
    for kind, words in _WORDS.items():
        if isinstance(value, kind):
            return words(value)
    return str(value)


def essence(value: object) -> object:
    """What of a value counts as different: not its source's wording."""
    if isinstance(value, Money):
        return (value.amount, value.currency)
    if isinstance(value, PartialDate):
        return value.value
    if isinstance(value, Deadline):
        return (value.at, value.kind)
    if isinstance(value, list):
        parts = [essence(each) for each in value]
        return sorted(parts) if all(isinstance(part, str) for part in parts) else parts  # type: ignore[type-var]
    return " ".join(value.split()) if isinstance(value, str) else value


def _documents(before: Sequence[TenderDocument], after: Sequence[TenderDocument]) -> list[FieldChange]:
    """Documents that came, went, or have another content. Fetching one for the first time is no change."""
    was, now = {each.url: each for each in before}, {each.url: each for each in after}
    changes = []
    for url in dict.fromkeys([*was, *now]):
        old, new = was.get(url), now.get(url)
        if old and new and (None in (old.sha256, new.sha256) or old.sha256 == new.sha256):
            continue
        change = field_change("documents", old, new)
        changes.append(change)
    return changes


def _document_in_words(document: TenderDocument) -> str:
    name = document.title or document.url.rsplit("/", 1)[-1] or document.url
    return f"{name} ({document.sha256[:8]})" if document.sha256 else name


def _deadline_in_words(deadline: Deadline) -> str:
    local = deadline.at.astimezone(_LJUBLJANA)
    if not deadline.hour_stated:
        return f"{local:%Y-%m-%d}"
    return f"{local:%Y-%m-%d %H:%M}"


_WORDS: Mapping[type, Callable[[Any], str]] = {
    bool: lambda value: "yes" if value else "no",
    Money: lambda money: f"{money.amount:.2f} {money.currency}",
    PartialDate: lambda partial: str(partial.value),
    Decimal: lambda share: f"{(share * 100).normalize():f} %",
    Deadline: _deadline_in_words,
    TenderDocument: _document_in_words,
    list: lambda values: ", ".join(in_words(each) or "" for each in values),
    str: lambda text: text if len(text) <= 250 else f"{text[:249]}…",
}
