"""Readings over HTTP: stored once, said once, refused whole."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest

from contracts.envelope import attributes_of
from tests.conftest import Running
from tests.service.sensors.conftest import SERIES, reading, said, send


async def test_a_first_reading_registers_its_device_and_is_said(sensors: Running) -> None:
    sent = reading(device_name="Town hall", location={"latitude": 46.0, "longitude": 14.0})
    answer = await send(sensors, sent)
    assert answer.status_code == 200, answer.text
    assert answer.json() == {"stored": 1, "repeated": 0, "series": [SERIES]}

    events = dict(await said(sensors))
    assert events["device.registered.v1"]["name"] == "Town hall"
    recorded = events["readings.recorded.v1"]
    assert (recorded["series_id"], recorded["unit"], recorded["count"]) == (SERIES, "ug/m3", 1)
    assert recorded["readings"][0]["value"] == "12.4"

    shown = (await sensors.http.get(f"/api/sensors/series/{SERIES}")).json()
    assert shown["device_name"] == "Town hall"
    assert shown["location"] == {"latitude": 46.0, "longitude": 14.0}
    assert shown["last"]["value"] == 12.4


async def test_a_repeat_is_counted_and_not_said_again(sensors: Running) -> None:
    first, second = reading(30), reading(20, 13)
    await send(sensors, first)
    answer = await send(sensors, [first, second, second])
    assert answer.json() == {"stored": 1, "repeated": 2, "series": [SERIES]}
    spoken = [data for kind, data in await said(sensors) if kind == "readings.recorded.v1"]
    assert [[one["value"] for one in data["readings"]] for data in spoken] == [["12.4"], ["13"]]
    assert len([kind for kind, _ in await said(sensors) if kind == "device.registered.v1"]) == 1
    assert (await sensors.http.get(f"/api/sensors/series/{SERIES}")).json()["count"] == 2


async def test_a_gap_is_stored_as_a_gap(sensors: Running) -> None:
    await send(sensors, reading(value=None))
    items = (await sensors.http.get(f"/api/sensors/series/{SERIES}/readings")).json()["items"]
    assert [(item["value"], item["quality"]) for item in items] == [(None, "missing")]


async def test_a_bad_item_stores_nothing_and_is_named(sensors: Running) -> None:
    answer = await send(sensors, [reading(), reading(50, time="soon"), reading(40, value="much")])
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    assert [error["field"] for error in answer.json()["errors"]] == ["[1].time", "[2].value"]
    assert all(error["mend"] for error in answer.json()["errors"])
    assert (await sensors.http.get("/api/sensors/series")).json()["items"] == []
    assert await said(sensors) == []


@pytest.mark.parametrize(
    ("changes", "field"),
    [({"value": 99}, "[1].value"), ({"unit": "mg/m3"}, "[1].unit"), ({"value": None}, "[1].value")],
)
async def test_what_contradicts_the_store_is_refused_whole(
    sensors: Running, changes: dict[str, Any], field: str
) -> None:
    stored = reading()
    await send(sensors, stored)
    answer = await send(sensors, [reading(5), {**stored, **changes}])
    assert answer.status_code == 422
    assert [error["field"] for error in answer.json()["errors"]] == [field]
    items = (await sensors.http.get(f"/api/sensors/series/{SERIES}/readings")).json()["items"]
    assert [item["value"] for item in items] == [12.4]


async def test_json_beyond_the_standard_is_refused(sensors: Running) -> None:
    for number in ("NaN", "Infinity", "1e999"):
        body = json.dumps(reading()).replace("12.4", number)
        headers = {**sensors.as_("operator"), "content-type": "application/json"}
        answer = await sensors.http.post("/api/sensors/readings", content=body, headers=headers)
        assert answer.status_code == 422, number
        assert [error["field"] for error in answer.json()["errors"]] == ["value"]


async def test_who_may_send(sensors: Running) -> None:
    assert (await sensors.http.post("/api/sensors/readings", json=reading())).status_code == 401
    assert (await send(sensors, reading(), "viewer")).status_code == 403
    for minutes, who in enumerate(("officer", "integrator", "operator")):
        assert (await send(sensors, reading(minutes), who)).status_code == 200, who


async def test_many_senders_at_once_store_each_reading_once(sensors: Running) -> None:
    batches = [[reading(minutes, minutes) for minutes in range(start, start + 6)] for start in range(0, 30, 3)]
    fixed = {sent["value"]: sent for batch in batches for sent in batch}
    batches = [[fixed[sent["value"]] for sent in batch] for batch in batches]
    answers = await asyncio.gather(*(send(sensors, batch) for batch in [*batches, *batches]))
    assert {answer.status_code for answer in answers} == {200}
    assert sum(answer.json()["stored"] for answer in answers) == len(fixed)
    spoken = [
        one["value"] for kind, data in await said(sensors) if kind == "readings.recorded.v1" for one in data["readings"]
    ]
    assert sorted(map(int, spoken)) == sorted(fixed)
    assert (await sensors.http.get(f"/api/sensors/series/{SERIES}")).json()["count"] == len(fixed)


async def test_a_large_batch_is_said_in_parts_with_growing_sequence(sensors: Running) -> None:
    answer = await send(sensors, [reading(minutes, minutes) for minutes in range(1000)])
    assert answer.json()["stored"] == 1000
    rows = sensors.runtime.stores["sensors"].database["outbox"].find({}, sort=[("_id", 1)])
    bodies = [attributes_of(bytes(row["body"])) async for row in rows]
    parts = [(attributes.sequence, data["count"]) for attributes, data in bodies if "readings" in attributes.type]
    assert sorted(parts) == [(1, 500), (2, 500)]


async def test_an_idempotency_key_repeats_the_first_answer(sensors: Running) -> None:
    sent = reading()
    first = await send(sensors, sent, **{"Idempotency-Key": "k"})
    again = await send(sensors, sent, **{"Idempotency-Key": "k"})
    assert first.json() == again.json() == {"stored": 1, "repeated": 0, "series": [SERIES]}


async def test_a_series_is_read_newest_first_in_pages(sensors: Running) -> None:
    sent = [reading(minutes, minutes) for minutes in range(1, 8)]
    await send(sensors, sent)
    path = f"/api/sensors/series/{SERIES}/readings"
    first = (await sensors.http.get(path, params={"limit": 4})).json()
    second = (await sensors.http.get(path, params={"limit": 4, "after": first["next"]})).json()
    assert [item["value"] for item in first["items"] + second["items"]] == [1, 2, 3, 4, 5, 6, 7]
    assert second["next"] is None
    inside = await sensors.http.get(path, params={"from": sent[5]["time"], "to": sent[2]["time"]})
    assert [item["value"] for item in inside.json()["items"]] == [4, 5, 6]
    unescaped = await sensors.http.get(f"{path}?from={sent[5]['time'].replace('+', '%20')}")
    assert len(unescaped.json()["items"]) == 6


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("from=yesterday", "from"),
        ("to=2026-01-01T00:00:00", "to"),
        ("from=2026-01-02T00:00:00Z&to=2026-01-01T00:00:00Z", "from"),
        ("limit=0", "limit"),
        ("limit=1001", "limit"),
        ("after=7", "after"),
    ],
)
async def test_a_bad_question_is_answered_with_the_mend(sensors: Running, query: str, field: str) -> None:
    await send(sensors, reading())
    answer = await sensors.http.get(f"/api/sensors/series/{SERIES}/readings?{query}")
    assert answer.status_code == 422
    assert [error["field"] for error in answer.json()["errors"]] == [field]


async def test_an_unknown_series_is_not_found(sensors: Running) -> None:
    for path in ("/api/sensors/series/none", "/api/sensors/series/none/readings", "/sensors/none", "/sensors/none.csv"):
        assert (await sensors.http.get(path)).status_code == 404, path


async def test_series_are_listed_in_pages_and_by_device(sensors: Running) -> None:
    await send(sensors, [reading(device=f"air-{number}") for number in range(5)])
    first = (await sensors.http.get("/api/sensors/series?limit=3")).json()
    second = (await sensors.http.get("/api/sensors/series", params={"limit": 3, "after": first["next"]})).json()
    ids = [item["id"] for item in first["items"] + second["items"]]
    assert ids == [f"air-{number}--pm10" for number in range(5)]
    assert second["next"] is None
    one = (await sensors.http.get("/api/sensors/series?device_id=air-3")).json()["items"]
    assert [item["id"] for item in one] == ["air-3--pm10"]


async def test_the_documentation_shows_what_to_send(sensors: Running) -> None:
    paths = (await sensors.http.get("/openapi.json")).json()["paths"]
    body = paths["/api/sensors/readings"]["post"]["requestBody"]["content"]["application/json"]
    assert (await send(sensors, body["example"])).status_code == 200
    single, many = body["schema"]["oneOf"]
    assert set(single["required"]) == {"device", "observed_property", "unit", "time", "value"}
    assert many["maxItems"] == 1000
