"""Readings over NATS: the same JSON, stored once however often it is delivered; the malformed kept with its reason."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest
from prometheus_client import REGISTRY

from kit.bus.letter import DeadLetter
from tests.conftest import Running
from tests.service.sensors.conftest import SERIES, reading, said, send
from tests.waiting import until


async def publish(sensors: Running, body: Any, device: str = "air-1") -> None:
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    await sensors.runtime.bus.jetstream.publish(f"ingest.idrija.{device}", data)


async def readings(sensors: Running, series: str = SERIES) -> list[Any]:
    answer = await sensors.http.get(f"/api/sensors/series/{series}/readings")
    return answer.json()["items"] if answer.status_code == 200 else []


async def letters(sensors: Running) -> list[DeadLetter]:
    return [letter async for letter in sensors.runtime.bus.dead_letters.each()]


async def test_a_published_reading_is_stored_and_said(sensors: Running) -> None:
    await publish(sensors, reading())
    await until(lambda: readings(sensors))
    assert sorted(kind for kind, _ in await said(sensors)) == ["device.registered.v1", "readings.recorded.v1"]


async def test_the_subject_names_the_device(sensors: Running) -> None:
    sent = reading()
    del sent["device"]
    await publish(sensors, sent, "school.room-1")
    await until(lambda: readings(sensors, "school.room-1--pm10"))


async def test_a_message_published_twice_and_over_http_is_stored_once(sensors: Running) -> None:
    first, last = [reading(30), reading(20, 13)], reading(10, 14)
    await publish(sensors, first)
    await publish(sensors, first)
    assert (await send(sensors, first)).status_code == 200
    await publish(sensors, last)
    await until(lambda: _has(sensors, 3))
    spoken = [one["value"] for kind, data in await said(sensors) if "readings" in kind for one in data["readings"]]
    assert sorted(spoken) == ["12.4", "13", "14"]
    assert await letters(sensors) == []


async def _has(sensors: Running, count: int) -> bool:
    return len(await readings(sensors)) == count


async def test_a_burst_for_one_series_loses_nothing(sensors: Running) -> None:
    sent = [reading(minutes, minutes) for minutes in range(150)]
    await asyncio.gather(*(publish(sensors, one) for one in sent))
    await until(lambda: _has_stored(sensors, len(sent)))
    spoken = [one["value"] for kind, data in await said(sensors) if "readings" in kind for one in data["readings"]]
    assert sorted(map(int, spoken)) == list(range(150))
    assert await letters(sensors) == []


async def _has_stored(sensors: Running, count: int) -> bool:
    answer = await sensors.http.get(f"/api/sensors/series/{SERIES}")
    return answer.status_code == 200 and answer.json()["count"] == count


@pytest.mark.parametrize(
    ("body", "code", "reason"),
    [
        (b"23.5 degrees", "bad_json", "not JSON"),
        (b'{"value": NaN}', "bad_json", "not JSON"),
        (b"\xff\xfe", "bad_json", "not JSON"),
        ([reading(), reading(50, value="much")], "bad_reading", "[1].value"),
        (reading(device="another"), "bad_reading", "another"),
    ],
)
async def test_what_is_malformed_becomes_a_dead_letter_and_is_counted(
    sensors: Running, body: Any, code: str, reason: str
) -> None:
    labels = {"service": "sensors", "kind": code}
    before = REGISTRY.get_sample_value("cinnabar_input_refused_total", labels) or 0
    await publish(sensors, body)
    (letter,) = await until(lambda: letters(sensors))
    assert letter.code == code
    assert reason in letter.reason
    assert letter.body == (body if isinstance(body, bytes) else json.dumps(body).encode())
    assert (REGISTRY.get_sample_value("cinnabar_input_refused_total", labels) or 0) == before + 1
    assert await readings(sensors) == []


async def test_a_dead_letter_can_be_redriven_once_the_reason_is_gone(sensors: Running) -> None:
    contradicting = reading(value=99)
    await send(sensors, {**contradicting, "value": 1})
    await publish(sensors, contradicting)
    (letter,) = await until(lambda: letters(sensors))
    assert letter.code == "bad_reading"
    await sensors.runtime.stores["sensors"].database["readings"].delete_many({})
    await sensors.runtime.bus.dead_letters.redrive(letter)
    await until(lambda: _has(sensors, 1))
    assert (await readings(sensors))[0]["value"] == 99
