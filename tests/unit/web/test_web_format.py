"""Values read as Slovenian and English readers expect, and the unknown is never a zero."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from contracts.values import LocalText, Money, PartialDate, Timing
from kit.web.format import Formats

ZONE = ZoneInfo("Europe/Ljubljana")
SL, EN = Formats("sl", ZONE), Formats("en", ZONE)
NBSP = "\xa0"
NOW = datetime(2027, 3, 19, 8, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("amount", "currency", "slovenian", "english"),
    [
        ("150000", "EUR", f"150.000{NBSP}€", "€150,000"),
        ("150000.00", "EUR", f"150.000{NBSP}€", "€150,000"),
        ("1234.5", "EUR", f"1.234,50{NBSP}€", "€1,234.50"),
        ("0", "EUR", f"0{NBSP}€", "€0"),
        ("-20000", "EUR", f"-20.000{NBSP}€", "-€20,000"),
        ("1500", "CHF", f"1.500{NBSP}CHF", f"CHF{NBSP}1,500"),
    ],
)
def test_money(amount: str, currency: str, slovenian: str, english: str) -> None:
    money = Money(amount=Decimal(amount), currency=currency)
    assert (SL.money(money), EN.money(money)) == (slovenian, english)


def test_unknown_is_a_dash_with_a_reason_and_never_zero() -> None:
    assert SL.money(None) == "– (ni podatka)"
    assert EN.money(None, "the plan gives no cost") == "– (the plan gives no cost)"
    for text in (SL.percent(None), SL.number(None), SL.date(None), SL.datetime(None)):
        assert text == "– (ni podatka)"


def test_moments_are_told_in_the_zone_of_the_reader() -> None:
    summer = datetime(2027, 3, 31, 10, 0, tzinfo=UTC)
    winter = datetime(2027, 1, 31, 11, 0, tzinfo=UTC)
    assert (SL.datetime(summer), EN.datetime(summer)) == ("31. marec 2027, 12:00", "31 March 2027, 12:00")
    assert SL.datetime(winter) == "31. januar 2027, 12:00"


def test_a_moment_late_in_the_day_belongs_to_the_local_date() -> None:
    assert SL.date(datetime(2026, 12, 31, 23, 30, tzinfo=UTC)) == "1. januar 2027"


def test_a_moment_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="no time zone"):
        SL.datetime(datetime(2027, 3, 31, 12, 0))  # noqa: DTZ001


@pytest.mark.parametrize(
    ("value", "slovenian", "english"),
    [("2028", "2028", "2028"), ("2028-05", "maj 2028", "May 2028"), ("2028-05-31", "31. maj 2028", "31 May 2028")],
)
def test_dates_keep_their_precision(value: str, slovenian: str, english: str) -> None:
    partial = PartialDate(value=value)
    assert (SL.date(partial), EN.date(partial)) == (slovenian, english)


@pytest.mark.parametrize(
    ("days", "slovenian", "english"),
    [
        (0, "danes", "today"),
        (1, "jutri", "tomorrow"),
        (-1, "včeraj", "yesterday"),
        (2, "čez 2 dneva", "in 2 days"),
        (12, "čez 12 dni", "in 12 days"),
        (400, "čez 400 dni", "in 400 days"),
        (-2, "pred 2 dnevoma", "2 days ago"),
    ],
)
def test_relative_days(days: int, slovenian: str, english: str) -> None:
    day = date(2027, 3, 19) + timedelta(days=days)
    assert (SL.relative(day, NOW), EN.relative(day, NOW)) == (slovenian, english)


def test_relative_days_count_calendar_days_not_hours() -> None:
    just_before_midnight = datetime(2027, 3, 19, 22, 59, tzinfo=UTC)
    assert SL.relative(datetime(2027, 3, 19, 23, 1, tzinfo=UTC), just_before_midnight) == "jutri"


def test_a_year_is_due_on_its_last_day() -> None:
    assert EN.relative(PartialDate(value="2027"), datetime(2027, 12, 30, 9, 0, tzinfo=UTC)) == "tomorrow"


@pytest.mark.parametrize(
    ("timing", "slovenian", "english"),
    [
        (Timing(kind="by", due=PartialDate(value="2028")), "do 2028", "by 2028"),
        (
            Timing(kind="launch_then_ongoing", start=PartialDate(value="2026")),
            "začetek 2026, nato stalno",
            "launch 2026, then ongoing",
        ),
        (Timing(kind="ongoing"), "stalno", "ongoing"),
        (Timing(kind="open_ended", due=PartialDate(value="2030")), "2030 ali pozneje", "2030 or later"),
        (Timing(kind="open_ended"), "brez trdnega roka", "no firm date"),
        (Timing(kind="by", phrase="soon after"), "soon after", "soon after"),
        (Timing(), "– (ni podatka)", "– (not known)"),
    ],
)
def test_timing(timing: Timing, slovenian: str, english: str) -> None:
    assert (SL.timing(timing), EN.timing(timing)) == (slovenian, english)


def test_percent_and_number() -> None:
    assert (SL.percent(Decimal("0.667")), EN.percent(Decimal("0.667"))) == (f"67{NBSP}%", "67%")
    assert (SL.percent(0.9675, 1), EN.percent(0.5, 1)) == (f"96,8{NBSP}%", "50%")
    assert (SL.number(Decimal("12345.5")), EN.number(Decimal("12345.5"))) == ("12.345,5", "12,345.5")
    assert SL.number(12345.6, 0) == "12.346"


def test_text_and_vat_in_the_readers_language() -> None:
    money = Money(amount=Decimal(1), vat="excluded")
    assert (SL.vat(money), EN.vat(money)) == ("brez DDV", "excl. VAT")
    assert EN.vat(Money(amount=Decimal(1))) == "VAT not stated"
    assert SL.text(LocalText(sl="razpis", en="call")) == "razpis"
