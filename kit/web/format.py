"""Amounts, dates and shares as readers of Slovenian and English expect them; the unknown is said, never shown as 0."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_datetime, format_timedelta
from babel.numbers import format_currency, format_decimal, format_percent

from contracts.values import LocalText, Money, PartialDate, Timing

DASH = "–"

_LOCALES = {"sl": Locale("sl", "SI"), "en": Locale("en", "GB")}
_DAY = {"sl": "d. MMMM y", "en": "d MMMM y"}
_MONTH = "LLLL y"
_WORDS = {
    "sl": {
        "unknown": "ni podatka",
        "included": "z DDV",
        "excluded": "brez DDV",
        "vat_unknown": "DDV ni naveden",
        "today": "danes",
        "tomorrow": "jutri",
        "yesterday": "včeraj",
        "by": "do %s",
        "launch": "začetek %s, nato stalno",
        "ongoing": "stalno",
        "open": "brez trdnega roka",
        "open_from": "%s ali pozneje",
    },
    "en": {
        "unknown": "not known",
        "included": "incl. VAT",
        "excluded": "excl. VAT",
        "vat_unknown": "VAT not stated",
        "today": "today",
        "tomorrow": "tomorrow",
        "yesterday": "yesterday",
        "by": "by %s",
        "launch": "launch %s, then ongoing",
        "ongoing": "ongoing",
        "open": "no firm date",
        "open_from": "%s or later",
    },
}


@dataclass(frozen=True, slots=True)
class Formats:
    """How values read in one language ("sl" or "en") and one time zone."""

    language: str
    zone: ZoneInfo

    def unknown(self, because: str | None = None) -> str:
        """A dash and why there is no value: "– (the plan gives no cost)"."""
        return f"{DASH} ({because or self._word('unknown')})"

    def money(self, value: Money | None, because: str | None = None) -> str:
        """`150.000 €` or `€150,000`; cents only when there are any; a dash with the reason when unknown."""
        if value is None:
            return self.unknown(because)
        pattern = self._locale.currency_formats["standard"].pattern
        if value.amount == value.amount.to_integral_value():
            pattern = pattern.replace(".00", "")
        if value.currency != "EUR":
            pattern = pattern.replace("¤#", "¤\xa0#")
        return format_currency(value.amount, value.currency, pattern, locale=self._locale, currency_digits=False)

    def vat(self, value: Money) -> str:
        """Whether the amount holds VAT, in words."""
        return self._word("vat_unknown" if value.vat == "unknown" else value.vat)

    def datetime(self, value: dt.datetime | None, because: str | None = None) -> str:
        """`31. marec 2027, 12:00` in the zone of the reader; a moment without a zone is refused."""
        if value is None:
            return self.unknown(because)
        if value.utcoffset() is None:
            raise ValueError(f"{value.isoformat()} has no time zone: give an aware datetime")
        return format_datetime(value, f"{_DAY[self.language]}, HH:mm", tzinfo=self.zone, locale=self._locale)

    def date(self, value: dt.date | PartialDate | None, because: str | None = None) -> str:
        """A date as precisely as it is known: "2028", "maj 2028" or "31. maj 2028"."""
        match value:
            case None:
                return self.unknown(because)
            case PartialDate(precision="year"):
                return value.value
            case PartialDate(precision="month"):
                return format_date(value.first_day(), _MONTH, locale=self._locale)
            case PartialDate():
                return format_date(value.first_day(), _DAY[self.language], locale=self._locale)
            case dt.datetime():
                return self.date(self._local_day(value))
            case _:
                return format_date(value, _DAY[self.language], locale=self._locale)

    def relative(self, value: dt.date | PartialDate, now: dt.datetime) -> str:
        """Whole calendar days between `now` and `value` in the reader's zone: "in 12 days", "pred 2 dnevoma".

        A partial date counts to its last day. Shown beside the absolute date, never instead of it.
        """
        day = value.last_day() if isinstance(value, PartialDate) else self._local_day(value)
        days = (day - self._local_day(now)).days
        named = {-1: "yesterday", 0: "today", 1: "tomorrow"}.get(days)
        if named:
            return self._word(named)
        return format_timedelta(
            dt.timedelta(days=days), granularity="day", threshold=100_000, add_direction=True, locale=self._locale
        )

    def timing(self, value: Timing, because: str | None = None) -> str:
        """When something is planned, in words; what the rules cannot say is said in the source's own words."""
        due = self.date(value.due) if value.due else None
        start = self.date(value.start or value.due) if value.start or value.due else None
        match value.kind:
            case "by" if due:
                return self._word("by") % due
            case "launch_then_ongoing" if start:
                return self._word("launch") % start
            case "ongoing" | "launch_then_ongoing":
                return self._word("ongoing")
            case "open_ended":
                return self._word("open_from") % due if due else self._word("open")
            case _:
                return value.phrase or self.unknown(because)

    def percent(self, share: Decimal | float | None, digits: int = 0, because: str | None = None) -> str:
        """A share from 0 to 1 as `67 %` or `67%`, with up to `digits` decimals."""
        if share is None:
            return self.unknown(because)
        pattern = self._locale.percent_formats[None].pattern
        decimals = "." + "#" * digits if digits else ""
        return format_percent(share, pattern.replace("#,##0", f"#,##0{decimals}"), locale=self._locale)

    def number(self, value: Decimal | float | None, digits: int = 2, because: str | None = None) -> str:
        """`1.234,5` or `1,234.5`, with up to `digits` decimals."""
        if value is None:
            return self.unknown(because)
        return format_decimal(value, "#,##0." + "#" * digits if digits else "#,##0", locale=self._locale)

    def text(self, value: LocalText) -> str:
        """The text in the reader's language."""
        return value.in_language(self.language)

    @property
    def _locale(self) -> Locale:
        return _LOCALES[self.language]

    def _word(self, key: str) -> str:
        return _WORDS[self.language][key]

    def _local_day(self, value: dt.date) -> dt.date:
        if not isinstance(value, dt.datetime):
            return value
        if value.utcoffset() is None:
            raise ValueError(f"{value.isoformat()} has no time zone: give an aware datetime")
        return value.astimezone(self.zone).date()
