"""The example devices: files that can be sent as they are, whenever they are loaded."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from services.sensors.example import laid_out, midnight
from services.sensors.readings import parse

FILES = sorted((Path(__file__).parents[3] / "examples" / "idrija" / "devices").glob("*.json"))
ZONE = ZoneInfo("Europe/Ljubljana")


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
@pytest.mark.parametrize(
    "now", [datetime(2026, 11, 21, 14, 10, tzinfo=UTC), datetime(2027, 3, 28, 14, 10, tzinfo=UTC)], ids=["plain", "dst"]
)
def test_an_example_device_has_seven_days_up_to_now(file: Path, now: datetime) -> None:
    content = json.loads(file.read_text("utf-8"))
    payloads = laid_out(content, midnight=midnight(now, ZONE), until=now)
    readings = [parse(payload, now=now).readings[0] for payload in payloads]
    assert len({(reading.series_id, reading.time) for reading in readings}) == len(readings)
    assert {reading.device for reading in readings} == {file.stem}
    for series in content["series"]:
        times = [reading.time for reading in readings if reading.observed_property == series["observed_property"]]
        assert now - timedelta(hours=series["step_hours"]) < times[-1] <= now
        assert now - times[0] > timedelta(days=7)


def test_there_are_example_devices() -> None:
    assert len(FILES) == 2
