"""The form by which a person sets a call right: what it shows of a call, and what was meant by what was typed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from contracts.funding import CallStatus
from contracts.values import Money, PartialDate
from services.funding.calls.call import Call
from services.funding.ledger.typed import typed_date
from services.funding.sources.parsed_call import Deadline, DeadlineKind
from services.funding.territory import KNOWN as TERRITORIES
from services.funding.typed import typed_deadline, typed_percent, typed_price

LJUBLJANA = ZoneInfo("Europe/Ljubljana")
_MEANWHILE = "Somebody else changed this meanwhile; save again if yours is right"
STATUSES: tuple[CallStatus, ...] = ("forecast", "open", "closed", "withdrawn", "unknown")
_TEXTS = ("title", "funder", "programme", "reference", "url")
_SHARES = ("co_financing_rate", "co_financing_rate_min", "own_share_min", "advance_rate")
_AMOUNTS = ("min_amount", "max_amount", "budget")
_CHOICES = ("status", "vat_eligible", "territory")
FIELDS = (
    *_TEXTS,
    *_SHARES,
    *_AMOUNTS,
    *_CHOICES,
    "opens",
    "deadlines",
    "until_funds_run_out",
    "eligible_applicants",
    "themes",
)


def typed_of(call: Any) -> dict[str, str]:
    """The fields of a call, or of one of its versions, as somebody would type them; unknown ones are empty."""
    return {name: _typed(getattr(call, name)) for name in FIELDS}


def corrections_in(typed: Mapping[str, str], call: Any) -> tuple[dict[str, Any], dict[str, str]]:
    """Fields that were typed otherwise than the form showed them, and by field how to mend what cannot be read."""
    values: dict[str, Any] = {}
    mistakes: dict[str, str] = {}
    for name, shown in typed_of(call).items():
        text = _clean(typed.get(name, ""))
        if text == _clean(shown):
            continue
        try:
            values[name] = _READERS[name](text, call)
        except ValueError:
            mistakes[name] = _MENDS.get(name, _MENDS["share"] if name in _SHARES else _MENDS["amount"])
    return values, mistakes


def changed_meanwhile(values: Mapping[str, Any], seen: Any, call: Call) -> dict[str, str]:
    """Of the fields somebody set, those that another person or a source has set since they saw the form."""
    before, now = typed_of(seen), typed_of(call)
    return {name: _MEANWHILE for name in values if before[name] != now[name]}


def _clean(text: str) -> str:
    return "\n".join(line.strip() for line in text.splitlines() if line.strip())


def _typed(value: Any) -> str:
    match value:
        case None | []:
            return ""
        case bool():
            return "yes" if value else ""
        case Money():
            return f"{value.amount:f}".replace(".", ",")
        case PartialDate():
            return value.value
        case Decimal():
            return f"{(value * 100).normalize():f}"
        case list() if isinstance(value[0], Deadline):
            return "\n".join(_moment(each) for each in value)
        case list():
            return "\n".join(value)
        case _:
            return str(value)


def _moment(deadline: Deadline) -> str:
    local = deadline.at.astimezone(LJUBLJANA)
    day = f"{local.day}. {local.month}. {local.year}"
    return f"{day} ({local:%H:%M})" if deadline.hour_stated else day


def _text(text: str, call: Any) -> str | None:
    return text or None


def _needed(text: str, call: Any) -> str:
    if not text:
        raise ValueError(text)
    return text


def _address(text: str, call: Any) -> str | None:
    if text and not text.startswith(("https://", "http://")):
        raise ValueError(text)
    return text or None


def _share(text: str, call: Any) -> str | None:
    return str(typed_percent(text)) if text else None


def _amount(name: str) -> Callable[[str, Any], dict[str, str] | None]:
    def read(text: str, call: Any) -> dict[str, str] | None:
        if not text:
            return None
        known: Money | None = getattr(call, name)
        return {"amount": str(typed_price(text).amount), "currency": known.currency if known else "EUR"}

    return read


def _deadlines(text: str, call: Any) -> list[Deadline]:
    """One date per line, with the hour or without. They keep the kind the call's dates had."""
    lines = text.splitlines()
    kind: DeadlineKind = call.deadlines[0].kind if call.deadlines else "single"
    if kind == "single" and len(lines) > 1:
        kind = "cut_off"
    return sorted((typed_deadline(line, kind) for line in lines), key=lambda each: each.at)


def _opens(text: str, call: Any) -> dict[str, str] | None:
    opens = typed_date(text, "opens")
    return opens.model_dump() if opens else None


def _place(text: str, call: Any) -> str | None:
    if text and text not in TERRITORIES:
        raise ValueError(text)
    return text or None


def _status(text: str, call: Any) -> str:
    if text not in STATUSES:
        raise ValueError(text)
    return text


_READERS: dict[str, Callable[[str, Any], Any]] = {
    **dict.fromkeys(_TEXTS, _text),
    **dict.fromkeys(_SHARES, _share),
    **{name: _amount(name) for name in _AMOUNTS},
    "title": _needed,
    "url": _address,
    "status": _status,
    "vat_eligible": _text,
    "territory": _place,
    "opens": _opens,
    "deadlines": _deadlines,
    "until_funds_run_out": lambda text, call: text == "yes",
    "eligible_applicants": lambda text, call: text.splitlines(),
    "themes": lambda text, call: text.splitlines(),
}
_MENDS = {
    "title": "Write the title of the call",
    "url": "Write the whole address, such as https://www.gov.si/razpis",
    "status": "Choose one of the states",
    "territory": "Choose a place from the list",
    "opens": "Write the day, the month or the year, such as 31. 3. 2027",
    "deadlines": "Write each day on a line of its own, such as 31. 3. 2027 (12:00)",
    "share": "Write a share from 0 to 100 per cent",
    "amount": "Write an amount greater than zero, such as 1.250.000,50",
}
