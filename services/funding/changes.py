"""What differs between two states of a call, and which differences matter to an applicant."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from contracts.funding import FieldChange
from contracts.values import Money, PartialDate
from services.funding.sources.parsed_call import Deadline

_LJUBLJANA = ZoneInfo("Europe/Ljubljana")
_MATERIAL = frozenset(
    {
        *("status", "deadlines", "until_funds_run_out", "co_financing_rate", "min_amount", "max_amount", "budget"),
        *("eligible_applicants", "territory"),
    }
)
COMPARED = (
    *("title", "status", "funder", "programme", "reference", "description", "opens", "deadlines"),
    *("until_funds_run_out", "co_financing_rate", "min_amount", "max_amount", "budget", "eligible_applicants"),
    *("territory", "url"),
)
# An applicant knows one deadline, however many dates stand behind it.
_NAMES = {"deadlines": "deadline", "description": "summary"}


def compare(before: object, after: object) -> list[FieldChange]:
    """Every compared field that differs, before and after in words. Wording of money and white space do not count."""
    return [
        FieldChange(
            field=_NAMES.get(name, name),
            before=in_words(getattr(before, name)),
            after=in_words(getattr(after, name)),
            material=name in _MATERIAL,
        )
        for name in COMPARED
        if _essence(getattr(before, name)) != _essence(getattr(after, name))
    ]


def in_words(value: object) -> str | None:
    """A value for a person to read; None for what is not known."""
    if value in (None, []):
        return None
    for kind, words in _WORDS.items():
        if isinstance(value, kind):
            return words(value)
    return str(value)


def _essence(value: object) -> object:
    """What of a value counts as different: not its source's wording."""
    if isinstance(value, Money):
        return (value.amount, value.currency)
    if isinstance(value, PartialDate):
        return value.value
    if isinstance(value, Deadline):
        return (value.at, value.kind)
    if isinstance(value, list):
        parts = [_essence(each) for each in value]
        return sorted(parts) if all(isinstance(part, str) for part in parts) else parts  # type: ignore[type-var]
    return " ".join(value.split()) if isinstance(value, str) else value


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
    list: lambda values: ", ".join(in_words(each) or "" for each in values),
    str: lambda text: text if len(text) <= 250 else f"{text[:249]}…",
}
