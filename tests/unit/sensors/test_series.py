"""Devices and series: what is remembered of what was heard, and which events say it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from contracts.sensors import DeviceRegisteredV1, ReadingsRecordedV1
from services.sensors.devices.device import Device
from services.sensors.identity import device_of_subject
from services.sensors.readings import Reading, parse
from services.sensors.series import MOST_PER_EVENT, RECENT, Series, observation, portions
from tests.unit.sensors.payloads import NOW, payload


def reading(**changes: Any) -> Reading:
    return parse(payload(**changes), now=NOW).readings[0]


def hourly(count: int) -> list[Any]:
    start = datetime(2026, 11, 1, tzinfo=UTC)
    return [
        observation(reading(time=(start + timedelta(minutes=index)).isoformat(), value=index)) for index in range(count)
    ]


def test_a_device_is_registered_once_and_renamed_later() -> None:
    device = Device.first_heard(reading(), NOW)
    (event,) = device.events
    assert isinstance(event, DeviceRegisteredV1)
    assert (event.device_id, event.name, event.first_seen) == ("air-idrija-centre", "air-idrija-centre", NOW)
    assert device.heard(reading()) is device
    renamed = device.heard(reading(device_name="Town hall", location={"latitude": 46, "longitude": 14}))
    assert renamed.name == "Town hall"
    assert renamed.heard(reading()).location == renamed.location


def test_a_series_remembers_its_newest_readings_whenever_they_come() -> None:
    observations = hourly(RECENT + 3)
    series = Series.begun_by(reading()).record(observations[3:]).record(observations[:3])
    assert series.recent == observations[3:]
    assert series.last == observations[-1]
    assert series.first_time == observations[0].time
    assert series.count == RECENT + 3


def test_recording_says_what_is_new() -> None:
    observations = hourly(2)
    (event,) = Series.begun_by(reading()).record(observations).events
    assert isinstance(event, ReadingsRecordedV1)
    assert (event.series_id, event.unit, event.count) == ("air-idrija-centre--pm10", "ug/m3", 2)
    assert event.readings == observations


def test_a_gap_is_flagged_as_missing_and_a_value_as_not_evaluated() -> None:
    assert observation(reading(value=None)).quality == "missing"
    assert observation(reading(value=0)).quality == "not_evaluated"


def test_portions_keep_every_reading_in_order() -> None:
    observations = hourly(2 * MOST_PER_EVENT + 1)
    parts = portions(observations)
    assert [len(part) for part in parts] == [MOST_PER_EVENT, MOST_PER_EVENT, 1]
    assert [one for part in parts for one in part] == observations


def test_the_subject_names_the_device() -> None:
    assert device_of_subject("ingest.idrija.air-1") == "air-1"
    assert device_of_subject("ingest.idrija.school.room-1") == "school.room-1"
    assert device_of_subject("redrive.ingest.sensors_take_in") is None
    assert device_of_subject("ingest.idrija") is None
