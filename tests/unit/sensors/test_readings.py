"""What a device may send, and what it is told when it may not."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from services.sensors.readings import MOST_READINGS, parse
from services.sensors.refusal import Refused
from tests.unit.sensors.payloads import NOW, payload


def refused(sent: Any, **options: Any) -> Refused:
    with pytest.raises(Refused) as caught:
        parse(sent, now=NOW, **options)
    return caught.value


def test_one_reading_is_read_exactly() -> None:
    (reading,) = parse(payload(), now=NOW).readings
    assert (reading.series_id, reading.value) == ("air-idrija-centre--pm10", Decimal("12.4"))
    assert reading.time == datetime(2026, 11, 21, 8, tzinfo=UTC)


def test_a_null_value_is_a_gap_and_a_missing_value_is_a_defect() -> None:
    assert parse(payload(value=None), now=NOW).readings[0].value is None
    assert [defect.field for defect in refused(payload(value=...)).defects] == ["value"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-11-21T09:00:00+01:00", datetime(2026, 11, 21, 8, tzinfo=UTC)),
        ("2026-11-21T08:00:00.123456789Z", datetime(2026, 11, 21, 8, 0, 0, 123000, tzinfo=UTC)),
        ("2026-11-21T08:00Z", datetime(2026, 11, 21, 8, tzinfo=UTC)),
    ],
)
def test_times_are_kept_in_utc_to_the_millisecond(text: str, expected: datetime) -> None:
    assert parse(payload(time=text), now=NOW).readings[0].time == expected


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("value", float("nan")),
        ("value", float("inf")),
        ("value", "NaN"),
        ("value", True),
        ("value", 10**12 + 1),
        ("value", -(10**12) - 1),
        ("value", "0." + "1" * 35),
        ("value", "12,4"),
        ("time", "2026-11-21T08:00:00"),
        ("time", "2026-11-21"),
        ("time", 1_795_248_000),
        ("time", "1795248000"),
        ("time", None),
        ("time", "1970-01-01T00:00:00Z"),
        ("device", "Idrija centre"),
        ("device", "a--b"),
        ("device", "-a"),
        ("device", "a/b"),
        ("device", "a" * 65),
        ("device", "naprava-č"),
        ("observed_property", "PM10"),
        ("observed_property", "pm2.5"),
        ("observed_property", ""),
        ("unit", ""),
        ("unit", "ug\n"),
        ("unit", 5),
        ("device_name", "one\ntwo"),
        ("location", "46.0,14.0"),
    ],
)
def test_a_bad_field_is_named_with_its_mend(field: str, value: Any) -> None:
    (defect,) = refused(payload(**{field: value})).defects
    assert defect.field == field
    assert defect.message
    assert defect.mend


def test_a_place_off_the_globe_is_refused() -> None:
    (defect,) = refused(payload(location={"latitude": 146.0, "longitude": 14.0})).defects
    assert defect.field == "location.latitude"


def test_a_field_nobody_knows_is_not_dropped_silently() -> None:
    (defect,) = refused(payload(batery=90)).defects
    assert defect.field == "batery"
    assert "spelling" in defect.mend


def test_a_clock_may_be_ten_minutes_fast_but_not_more() -> None:
    at_the_limit = NOW + timedelta(minutes=10)
    parse(payload(time=at_the_limit.isoformat()), now=NOW)
    (defect,) = refused(payload(time=(at_the_limit + timedelta(milliseconds=1)).isoformat())).defects
    assert defect.field == "time"
    assert "future" in defect.message


def test_every_bad_item_of_a_list_is_named() -> None:
    sent = [payload(), payload(time="soon"), "12.4", payload(value="much", unit=...)]
    assert [defect.field for defect in refused(sent).defects] == ["[1].time", "[2]", "[3].unit", "[3].value"]


@pytest.mark.parametrize("sent", [[], [payload()] * (MOST_READINGS + 1)])
def test_a_list_has_a_size(sent: list[Any]) -> None:
    (defect,) = refused(sent).defects
    assert defect.field == "body"
    assert "1000" in defect.mend


@pytest.mark.parametrize("sent", [None, "12.4", 12.4, True])
def test_what_is_no_reading_is_refused(sent: Any) -> None:
    assert [defect.field for defect in refused(sent).defects] == ["body"]


def test_the_channel_says_which_device_sent_it() -> None:
    assert parse(payload(device=...), now=NOW, device="a.b").readings[0].device == "a.b"
    (defect,) = refused(payload(), device="another").defects
    assert defect.field == "device"
    assert "another" in defect.message
