"""Devices that fall silent and speak again: said once, unknown where it is not known, not for an outage of ours."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from services.sensors.devices.watching import watch
from tests.conftest import Running
from tests.service.sensors.conftest import reading, said, send

DEVICES = "/api/sensors/devices"


async def look(sensors: Running) -> list[str]:
    """The job's turn; which devices are silent after it."""
    await watch(sensors.runtime.context(sensors.runtime.services[0]))
    answer = await sensors.http.get(DEVICES, params={"state": "silent"})
    return [device["id"] for device in answer.json()["items"]]


async def declare(sensors: Running, device: str, seconds: Any, **headers: str) -> Any:
    body = {"every_seconds": seconds}
    who = sensors.as_("coordinator")
    return await sensors.http.put(f"{DEVICES}/{device}/interval", json=body, headers={"If-Match": "*"} | who | headers)


async def pass_by(sensors: Running, hours: int, *, listening: bool) -> None:
    """As if everything until now had happened so much earlier; `listening`: and we had been there meanwhile."""
    database = sensors.runtime.stores["sensors"].database
    async for series in database["series"].find({}):
        earlier = {"heard_at": series["heard_at"] - timedelta(hours=hours)}
        await database["series"].update_one({"_id": series["_id"]}, {"$set": earlier})
    note = await database["listening"].find_one({})
    moved = ["since"] if listening else ["since", "until", "heard_to"]
    earlier = {field: note[field] - timedelta(hours=hours) for field in moved}
    await database["listening"].update_one({}, {"$set": earlier})


async def events(sensors: Running, *kinds: str) -> list[dict[str, Any]]:
    return [data for kind, data in await said(sensors) if kind in {f"device.{each}.v1" for each in kinds}]


async def test_a_silence_is_said_once_and_ends_when_the_device_speaks(sensors: Running) -> None:
    await send(sensors, [reading(30), reading(30, device="air-2")])
    assert (await declare(sensors, "air-1", 600)).status_code == 200
    assert await look(sensors) == []
    await pass_by(sensors, 2, listening=True)
    assert await look(sensors) == ["air-1"], "nobody knows how often air-2 reports"
    assert await look(sensors) == ["air-1"]
    (silent,) = await events(sensors, "silent")
    assert (silent["expected_every_seconds"], silent["basis"], silent["silent_after_seconds"]) == (
        600,
        "declared",
        1800,
    )

    await send(sensors, reading(90))
    assert await look(sensors) == ["air-1"], "an old reading is no sign of life"
    await send(sensors, reading(1))
    assert await look(sensors) == []
    (recovered,) = await events(sensors, "recovered")
    assert (recovered["after"], recovered["since"]) == ("silence", silent["last_heard"])
    assert recovered["lasted_seconds"] >= 7200


async def test_an_outage_of_ours_declares_no_device_silent(sensors: Running) -> None:
    await send(sensors, reading(30))
    await declare(sensors, "air-1", 600)
    await look(sensors)
    await pass_by(sensors, 2, listening=False)
    assert await look(sensors) == []
    await pass_by(sensors, 1, listening=True)
    assert await look(sensors) == ["air-1"], "it had its time to speak since we are back"


async def test_an_interval_is_declared_by_the_version_one_saw(sensors: Running) -> None:
    await send(sensors, reading(30))
    shown = await sensors.http.get(f"{DEVICES}/air-1")
    assert shown.json()["expected"] is None
    etag = shown.headers["ETag"]
    declared = await declare(sensors, "air-1", 3600, **{"If-Match": etag})
    assert declared.headers["ETag"] != etag
    assert (await declare(sensors, "air-1", 60, **{"If-Match": etag})).status_code == 412
    refused = await declare(sensors, "air-1", 1)
    assert (refused.status_code, refused.json()["errors"][0]["field"]) == (422, "every_seconds")
    assert (await declare(sensors, "air-9", 60)).status_code == 404
    assert (await sensors.http.get(f"{DEVICES}/air-1")).json()["expected"]["quiet_seconds"] == 10800
    assert (await declare(sensors, "air-1", None)).status_code == 200
    assert (await sensors.http.get(f"{DEVICES}/air-1")).json()["expected"] is None


async def test_pages_show_the_state_and_take_the_interval(sensors: Running) -> None:
    await send(sensors, reading(30))
    english = {"Accept": "text/html", "Accept-Language": "en"} | sensors.as_("coordinator")
    page = (await sensors.http.get("/sensors/devices/air-1", headers=english)).text
    assert "too few reports were seen" in page
    wrong = await sensors.http.post("/sensors/devices/air-1/interval", data={"every": "0"}, headers=english)
    assert wrong.status_code == 422
    assert "between one minute and 366 days" in wrong.text
    form = {"every": "10", "unit": "minutes"}
    assert (await sensors.http.post("/sensors/devices/air-1/interval", data=form, headers=english)).status_code == 303
    await look(sensors)
    await pass_by(sensors, 2, listening=True)
    await look(sensors)
    page = (await sensors.http.get("/sensors/devices/air-1", headers=english)).text
    assert "Silent for" in page and "30 minutes" in page and "as somebody declared" in page
    listed = (await sensors.http.get("/sensors?state=silent", headers={"Accept-Language": "sl"})).text
    assert "ne oglaša se" in listed and "air-1" in listed
    assert "No device is in this state" in (await sensors.http.get("/sensors?state=heard", headers=english)).text
