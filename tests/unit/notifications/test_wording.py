from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from contracts.values import Money, PartialDate
from services.notifications import wording

LJUBLJANA = ZoneInfo("Europe/Ljubljana")


def plain(text: str) -> str:
    return text.replace("\u00a0", " ")


@pytest.mark.parametrize(
    ("amount", "vat", "sl", "en"),
    [
        ("150000", "unknown", "150.000 €", "€150,000"),
        ("150000.50", "unknown", "150.000,50 €", "€150,000.50"),
        ("0", "unknown", "0 €", "€0"),
        ("60000", "included", "60.000 € z DDV", "€60,000 incl. VAT"),
        ("60000", "excluded", "60.000 € brez DDV", "€60,000 excl. VAT"),
    ],
)
def test_money(amount, vat, sl, en):
    value = Money(amount=Decimal(amount), vat=vat)
    assert (plain(wording.money(value, "sl")), wording.money(value, "en")) == (sl, en)


@pytest.mark.parametrize(
    ("share", "sl", "en"), [("0.85", "85 %", "85%"), ("0.7225", "72,25 %", "72.25%"), ("1", "100 %", "100%")]
)
def test_shares(share, sl, en):
    assert (plain(wording.share(Decimal(share), "sl")), wording.share(Decimal(share), "en")) == (sl, en)


def test_a_moment_is_told_on_the_readers_clock_with_its_weekday():
    summer, winter = datetime(2027, 3, 31, 10, tzinfo=UTC), datetime(2027, 1, 31, 23, 30, tzinfo=UTC)
    assert wording.moment(summer, LJUBLJANA, "sl") == "sreda, 31. marec 2027, 12:00"
    assert wording.moment(summer, LJUBLJANA, "en") == "Wednesday, 31 March 2027, 12:00"
    assert wording.moment(winter, LJUBLJANA, "sl") == "ponedeljek, 1. februar 2027, 00:30"


@pytest.mark.parametrize(
    ("days", "sl", "en"),
    [
        (-3, "pred 3 dnevi", "3 days ago"),
        (-1, "včeraj", "yesterday"),
        (0, "danes", "today"),
        (1, "jutri", "tomorrow"),
        (2, "čez 2 dneva", "in 2 days"),
        (40, "čez 40 dni", "in 40 days"),
        (400, "čez 400 dni", "in 400 days"),
    ],
)
def test_days_away(days, sl, en):
    now = datetime(2027, 2, 19, 8, tzinfo=UTC)
    there = now + timedelta(days=days)
    assert [wording.days_away(there, now, LJUBLJANA, language) for language in ("sl", "en")] == [sl, en]


def test_days_are_those_of_the_readers_calendar():
    late, after_midnight = datetime(2027, 2, 19, 22, 50, tzinfo=UTC), datetime(2027, 2, 19, 23, 10, tzinfo=UTC)
    assert wording.days_away(after_midnight, late, LJUBLJANA, "en") == "tomorrow"
    assert wording.days_away(after_midnight, late, ZoneInfo("UTC"), "en") == "today"


@pytest.mark.parametrize(
    ("value", "sl", "en"),
    [("2027", "2027", "2027"), ("2027-05", "maj 2027", "May 2027"), ("2027-05-31", "31. maj 2027", "31 May 2027")],
)
def test_a_date_is_told_as_exactly_as_it_is_known(value, sl, en):
    date = PartialDate(value=value)
    assert [wording.partial(date, language) for language in ("sl", "en")] == [sl, en]


@pytest.mark.parametrize(
    ("foreign", "harmless"),
    [
        ("One\r\nBcc: all@example.si", "One Bcc: all@example.si"),
        ("  a \t b\u2028c\x00d ", "a b c d"),
        ("safe\u202egpj.exe", "safegpj.exe"),
        ("broken \udcff byte", "broken byte"),
        ("čšž ČŠŽ – „narekovaji“", "čšž ČŠŽ – „narekovaji“"),
    ],
)
def test_foreign_text_is_made_one_harmless_line(foreign, harmless):
    assert wording.one_line(foreign) == harmless


def test_foreign_text_is_not_endless():
    assert wording.one_line("x" * 1000, most=10) == "x" * 9 + "…"


def test_a_day_within_a_sentence_is_in_its_case():
    value = datetime(2027, 3, 31, 10, 0, tzinfo=UTC)
    assert wording.on_day(value.date(), "sl") == "31. marca 2027"
    assert wording.on_day(value.date(), "en") == "31 March 2027"
    assert wording.at_moment(value, LJUBLJANA, "sl") == "31. marca 2027 ob 12:00"
    assert wording.at_moment(value, LJUBLJANA, "en") == "Wednesday, 31 March 2027, 12:00"
