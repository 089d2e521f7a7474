from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from services.notifications.timing.hours import moment_of, morning_after, open_from, week_after
from services.notifications.timing.wishes import DeliveryWishes, Window

PATIENT = settings(max_examples=60)
LJUBLJANA = ZoneInfo("Europe/Ljubljana")
OFFICE = DeliveryWishes(windows=tuple(Window(weekday=day, opens="08:00", closes="16:00") for day in range(1, 6)))
NIGHTS = DeliveryWishes(windows=tuple(Window(weekday=day, opens="22:00", closes="02:30") for day in range(1, 8)))


def at(text: str, zone: ZoneInfo = LJUBLJANA) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone).astimezone(UTC)


def test_a_closed_window_opens_on_the_persons_clock():
    assert open_from(OFFICE, LJUBLJANA, at("2027-02-19T12:00")) == at("2027-02-19T12:00")
    assert open_from(OFFICE, LJUBLJANA, at("2027-02-19T16:00")) == at("2027-02-22T08:00"), "Friday's end to Monday"
    assert open_from(OFFICE, ZoneInfo("America/New_York"), at("2027-02-19T12:00")) == at("2027-02-19T14:00")


def test_a_window_over_midnight_belongs_to_the_day_on_which_it_opens():
    friday = DeliveryWishes(windows=(Window(weekday=5, opens="22:00", closes="02:00"),))
    assert open_from(friday, LJUBLJANA, at("2027-02-20T01:59")) == at("2027-02-20T01:59")
    assert open_from(friday, LJUBLJANA, at("2027-02-20T02:00")) == at("2027-02-26T22:00")


def test_the_hour_that_clocks_leave_out_is_not_lost():
    assert moment_of(date(2027, 3, 28), "02:30", LJUBLJANA) == datetime(2027, 3, 28, 1, 30, tzinfo=UTC)
    inside = DeliveryWishes(windows=(Window(weekday=7, opens="02:30", closes="03:15"),))
    assert open_from(inside, LJUBLJANA, at("2027-03-28T00:00")) == at("2027-04-04T02:30"), "no time is left that Sunday"


def test_the_hour_that_clocks_show_twice_opens_once():
    first, second = datetime(2027, 10, 31, 0, 15, tzinfo=UTC), datetime(2027, 10, 31, 1, 15, tzinfo=UTC)
    assert {each.astimezone(LJUBLJANA).strftime("%H:%M") for each in (first, second)} == {"02:15"}
    assert open_from(NIGHTS, LJUBLJANA, first) == first
    assert open_from(NIGHTS, LJUBLJANA, second) == at("2027-10-31T22:00")


def test_public_holidays_are_quiet_where_somebody_asks_for_it():
    quiet = DeliveryWishes(quiet_on_holidays=True)
    assert open_from(quiet, LJUBLJANA, at("2027-02-08T10:00")) == at("2027-02-09T00:00"), "Prešeren's day"
    assert open_from(DeliveryWishes(), LJUBLJANA, at("2027-02-08T10:00")) == at("2027-02-08T10:00")
    austria = DeliveryWishes(quiet_on_holidays=True, country="at")
    assert open_from(austria, LJUBLJANA, at("2027-02-08T10:00")) == at("2027-02-08T10:00")
    nights = DeliveryWishes(quiet_on_holidays=True, windows=NIGHTS.windows)
    assert open_from(nights, LJUBLJANA, at("2027-02-08T01:00")) == at("2027-02-09T22:00"), "Sunday's night ends at 0:00"


def test_mornings_are_those_of_workdays():
    wishes = DeliveryWishes(cadence="morning")
    assert morning_after(wishes, LJUBLJANA, at("2027-02-04T07:59")) == at("2027-02-04T08:00")
    assert morning_after(wishes, LJUBLJANA, at("2027-02-04T08:00")) == at("2027-02-05T08:00"), (
        "the occasion itself is over"
    )
    assert morning_after(wishes, LJUBLJANA, at("2027-02-05T08:00")) == at("2027-02-09T08:00"), (
        "weekend and Prešeren's day"
    )
    assert morning_after(wishes, LJUBLJANA, at("2028-02-28T09:00")) == at("2028-02-29T08:00"), "leap day"


def test_a_weekly_digest_gives_way_to_a_holiday():
    wishes = DeliveryWishes(cadence="weekly", weekday=1, at="07:30")
    assert week_after(wishes, LJUBLJANA, at("2027-02-01T07:30")) == at("2027-02-09T07:30"), "Monday is Prešeren's day"
    assert week_after(wishes, LJUBLJANA, at("2027-02-08T12:00")) == at("2027-02-09T07:30")
    assert week_after(wishes, LJUBLJANA, at("2027-02-09T07:30")) == at("2027-02-15T07:30")


ZONES = st.sampled_from(
    [ZoneInfo(name) for name in ("Europe/Ljubljana", "America/St_Johns", "Australia/Lord_Howe", "UTC")]
)
CLOCKS = st.integers(0, 1439).map(lambda minute: f"{minute // 60:02}:{minute % 60:02}")
MOMENTS = st.datetimes(datetime(2027, 1, 1), datetime(2028, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001


@st.composite
def some_wishes(draw) -> DeliveryWishes:
    pairs = st.tuples(st.integers(1, 7), CLOCKS, CLOCKS).filter(lambda each: each[1] != each[2])
    windows = draw(st.lists(pairs, max_size=5))
    return DeliveryWishes(
        cadence=draw(st.sampled_from(["instant", "morning", "weekly"])),
        at=draw(CLOCKS),
        weekday=draw(st.integers(1, 7)),
        windows=tuple(Window(weekday=day, opens=opens, closes=closes) for day, opens, closes in windows),
        quiet_on_holidays=draw(st.booleans()),
        country=draw(st.sampled_from(["SI", "AT", "IT"])),
    )


@PATIENT
@given(some_wishes(), ZONES, MOMENTS)
def test_every_window_opens_in_time_and_stays_so(wishes, zone, now):
    opens = open_from(wishes, zone, now)
    assert now <= opens <= now + timedelta(days=22)
    assert open_from(wishes, zone, opens) == opens
    assert open_from(wishes, zone, now + (opens - now) / 2) in (opens, now + (opens - now) / 2)


@PATIENT
@given(some_wishes(), ZONES, MOMENTS)
def test_digests_come_round_and_never_twice_for_one_moment(wishes, zone, now):
    for after, most in ((morning_after, 8), (week_after, 16)):
        occasion = after(wishes, zone, now)
        assert now < occasion <= now + timedelta(days=most)
        assert after(wishes, zone, occasion - timedelta(milliseconds=1)) == occasion
        assert after(wishes, zone, occasion) > occasion


@pytest.mark.parametrize(
    ("fields", "mend"),
    [
        ({"windows": [{"weekday": 1, "opens": "08:00", "closes": "08:00"}]}, "write 00:00 and 24:00"),
        ({"windows": [{"weekday": 8, "opens": "08:00", "closes": "09:00"}]}, "less than or equal to 7"),
        ({"at": "25:00"}, "at"),
        ({"country": "Slovenija"}, "write a code such as SI"),
        ({"ladder": [14, 0]}, "1 to 365"),
        ({"cadence": "hourly"}, "cadence"),
    ],
)
def test_wishes_that_cannot_be_met_are_refused(fields, mend):
    with pytest.raises(ValidationError, match=mend):
        DeliveryWishes.model_validate(fields)
