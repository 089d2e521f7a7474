"""Dates, money and shares in the words of a language, by CLDR data; unknown is said, never left out or zero."""

from __future__ import annotations

import unicodedata
from datetime import date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_datetime, format_timedelta
from babel.numbers import format_currency, format_percent

from contracts.values import Money, PartialDate
from services.notifications.people.person import Language

_MONEY = {"sl": "#,##0{cents}\u00a0¤", "en": "¤#,##0{cents}"}
_SHARE = {"sl": "#,##0.##\u00a0%", "en": "#,##0.##%"}
_DAY = {"sl": "d. MMMM y", "en": "d MMMM y"}
_GENITIVE = (
    *("januarja", "februarja", "marca", "aprila", "maja", "junija"),
    *("julija", "avgusta", "septembra", "oktobra", "novembra", "decembra"),
)
_PRECISIONS = {"year": "y", "month": "MMMM y"}
_NEAR_DAYS = {
    "sl": {-1: "včeraj", 0: "danes", 1: "jutri"},
    "en": {-1: "yesterday", 0: "today", 1: "tomorrow"},
}
_VAT = {
    "sl": {"included": " z DDV", "excluded": " brez DDV", "unknown": ""},
    "en": {"included": " incl. VAT", "excluded": " excl. VAT", "unknown": ""},
}


def money(value: Money, language: Language) -> str:
    """'150.000 €' or '€150,000', with cents only when there are any, and the VAT when it is known."""
    cents = "" if value.amount == value.amount.to_integral_value() else ".00"
    pattern = _MONEY[language].format(cents=cents)
    amount = format_currency(value.amount, value.currency, pattern, locale=language, currency_digits=False)
    return amount + _VAT[language][value.vat]


def share(value: Decimal, language: Language) -> str:
    """A share of 0 to 1 as '85 %' or '85%', to two decimals."""
    return format_percent(value, _SHARE[language], locale=language)


def day(value: date, language: Language) -> str:
    """'31. marec 2027' or '31 March 2027'."""
    return format_date(value, _DAY[language], locale=language)


def moment(value: datetime, zone: ZoneInfo, language: Language) -> str:
    """'sreda, 31. marec 2027, 12:00' or 'Wednesday, 31 March 2027, 12:00', on the clocks of `zone`."""
    return format_datetime(value, f"EEEE, {_DAY[language]}, HH:mm", tzinfo=zone, locale=language)


def on_day(value: date, language: Language) -> str:
    """A day within a sentence: '31. marca 2027' or '31 March 2027'. CLDR has Slovenian months in one case only."""
    if language != "sl":
        return day(value, language)
    return f"{value.day}. {_GENITIVE[value.month - 1]} {value.year}"


def at_moment(value: datetime, zone: ZoneInfo, language: Language) -> str:
    """A moment within a sentence: '31. marca 2027 ob 12:00' or 'Wednesday, 31 March 2027, 12:00'."""
    local = value.astimezone(zone)
    return f"{on_day(local, language)} ob {local:%H:%M}" if language == "sl" else moment(value, zone, language)


def partial(value: PartialDate, language: Language) -> str:
    """A date as exactly as it is known: '2027', 'maj 2027' or '31. maj 2027'."""
    pattern = _PRECISIONS.get(value.precision, _DAY[language])
    return format_date(value.first_day(), pattern, locale=language)


def days_away(value: datetime, now: datetime, zone: ZoneInfo, language: Language) -> str:
    """Calendar days between now and then in `zone`: 'čez 40 dni', 'jutri', 'pred 3 dnevi'."""
    there, here = (instant.astimezone(zone).date() for instant in (value, now))
    days = (there - here).days
    near = _NEAR_DAYS[language].get(days)
    if near is not None:
        return near
    # An endless threshold keeps Babel from rounding 40 days to a month.
    return format_timedelta(
        timedelta(days=days), granularity="day", threshold=float("inf"), add_direction=True, locale=language
    )


def span(length: timedelta, language: Language) -> str:
    """A length of time in its fitting unit: '3 ure', '2 days'."""
    return format_timedelta(length, threshold=2, locale=language)


def one_line(text: str, most: int = 300) -> str:
    """Foreign text made harmless for a header or a line: no control or direction marks, no breaks, not endless."""
    seen = "".join(" " if unicodedata.category(char) in ("Cc", "Zl", "Zp") else char for char in text)
    kept = "".join(char for char in seen if unicodedata.category(char) not in ("Cf", "Cs", "Co", "Cn"))
    line = " ".join(kept.split())
    return line if len(line) <= most else line[: most - 1].rstrip() + "…"
