from __future__ import annotations

from datetime import UTC, date, datetime, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.funding.sources.dates import LJUBLJANA, UnreadableDate, read_date, read_dates, until_funds_run_out


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("13. 11. 2025 (14:00)", "2025-11-13T13:00:00+00:00"),
        ("13. 7. 2027 (14.00)", "2027-07-13T12:00:00+00:00"),
        ("1.3.2027", "2027-03-01T22:59:59+00:00"),
        ("do vključno 15. marca 2027 do 14. ure", "2027-03-15T13:00:00+00:00"),
        ("10. oktobra 2027 ob 12:00", "2027-10-10T10:00:00+00:00"),
        ("31. maj 2027", "2027-05-31T21:59:59+00:00"),
        ("13. 11. 2025 (24:00)", "2025-11-13T22:59:59+00:00"),
    ],
)
def test_dates_as_offices_write_them(text: str, moment: str) -> None:
    assert read_date(text).instant() == datetime.fromisoformat(moment)


def test_an_hour_is_only_known_when_written() -> None:
    assert read_date("13. 11. 2025").hour is None
    assert read_date("13. 11. 2025 (14:00)").hour == time(14, 0)


def test_several_cut_offs_in_one_cell() -> None:
    dates = read_dates("1. 3. 2027, 1. 6. 2027 in 1. 10. 2027 (13:00)")
    assert [each.day for each in dates] == [date(2027, 3, 1), date(2027, 6, 1), date(2027, 10, 1)]
    assert [each.hour for each in dates] == [None, None, time(13, 0)]


@pytest.mark.parametrize("text", ["31. 2. 2027", "1. 13. 2027", "0. 5. 2027", "1. 5. 2027 (25:00)"])
def test_a_day_or_hour_that_does_not_exist_is_refused(text: str) -> None:
    with pytest.raises(UnreadableDate, match="no date"):
        read_dates(text)


@pytest.mark.parametrize("text", ["", "kmalu", "1. 3. 2027 in 1. 4. 2027"])
def test_one_date_is_asked_for_with_an_example(text: str) -> None:
    with pytest.raises(UnreadableDate, match="write one, such as"):
        read_date(text)


def test_an_hour_that_the_clocks_skip_is_refused() -> None:
    with pytest.raises(UnreadableDate, match="summer time"):
        read_date("28. 3. 2027 (02:30)").instant()


def test_an_hour_that_comes_twice_means_its_first_time() -> None:
    assert read_date("31. 10. 2027 (02:30)").instant() == datetime(2027, 10, 31, 0, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    "text", ["do porabe sredstev", "Do porabe razpisanih sredstev", "odprto do izčrpanja sredstev"]
)
def test_open_until_the_money_is_spent(text: str) -> None:
    assert until_funds_run_out(text)


def test_a_date_is_not_a_rolling_deadline() -> None:
    assert not until_funds_run_out("1. 3. 2027")


days = st.dates(min_value=date(1990, 1, 1), max_value=date(2100, 12, 31))
noons = st.times(min_value=time(4, 0), max_value=time(23, 59)).map(lambda t: t.replace(second=0, microsecond=0))


@given(days, st.sampled_from([" ", ""]), noons)
def test_any_day_and_hour_reads_back(day: date, gap: str, hour: time) -> None:
    text = f"rok: {day.day}.{gap}{day.month}.{gap}{day.year} ({hour:%H:%M}), po pošti"
    written = read_date(text)
    local = written.instant().astimezone(LJUBLJANA)
    assert (written.day, written.hour) == (day, hour)
    assert (local.date(), local.time()) == (day, hour)


@given(days)
def test_without_an_hour_the_whole_day_is_left(day: date) -> None:
    local = read_date(f"{day.day}. {day.month}. {day.year}").instant().astimezone(LJUBLJANA)
    assert (local.date(), local.time()) == (day, time(23, 59, 59))


@given(st.text(max_size=200))
def test_any_text_gives_dates_or_a_clear_refusal(text: str) -> None:
    try:
        for each in read_dates(text):
            assert each.phrase in text
    except UnreadableDate as error:
        assert str(error)
