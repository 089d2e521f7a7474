"""Checks over HTTP and pages, verdicts stored with the readings, and malfunctions said once and ended."""

from __future__ import annotations

from typing import Any

from tests.conftest import Running
from tests.service.sensors.conftest import SERIES, reading, said, send
from tests.service.sensors.test_pages import page

CHECKS = f"/api/sensors/series/{SERIES}/checks"


async def events(sensors: Running, *kinds: str) -> list[dict[str, Any]]:
    return [data for kind, data in await said(sensors) if kind in {f"{each}.v1" for each in kinds}]


async def qualities(sensors: Running) -> list[str]:
    answer = await sensors.http.get(f"/api/sensors/series/{SERIES}/readings")
    return [one["quality"] for one in reversed(answer.json()["items"])]


async def test_a_spike_is_corrected_and_a_limit_does_not_look_at_it(sensors: Running) -> None:
    who = sensors.as_("coordinator")
    await send(sensors, reading(300, 10))
    seen = (await sensors.http.get(CHECKS)).headers["ETag"]
    checks = {"fail_low": 0, "fail_high": 1000, "spike_fail": 50}
    assert (await sensors.http.put(CHECKS, json=checks, headers=who | {"If-Match": seen})).status_code == 200
    assert (await sensors.http.put(CHECKS, json=checks, headers=who | {"If-Match": seen})).status_code == 412
    rule = {"name": "High", "direction": "above", "limit": 50}
    await sensors.http.post(f"/api/sensors/series/{SERIES}/thresholds", json=rule, headers=who)
    for minutes, value in ((200, 11), (190, 500), (180, 12), (170, 11)):
        await send(sensors, reading(minutes, value))
    assert await qualities(sensors) == ["not_evaluated", "pass", "fail", "pass", "pass"]
    assert [data["readings"][0]["value"] for data in await events(sensors, "readings.corrected")][-1] == "500"
    assert await events(sensors, "threshold.exceeded") == []
    await send(sensors, [reading(160, 70), reading(150, 75), reading(140, 80)])
    (exceeded,) = await events(sensors, "threshold.exceeded")
    assert exceeded["value"] == "70"
    # late, between two that stand: the neighbours are judged anew, in the store as well
    await send(sensors, reading(185, 505))
    assert (await qualities(sensors))[2:4] == ["pass", "pass"]
    shown = await page(sensors, f"/sensors/{SERIES}")
    assert "Checks of the readings" in shown and "good" in shown


async def test_a_malfunction_is_said_once_and_ends_by_good_readings(sensors: Running) -> None:
    for minutes in (300, 290, 280, 270):
        await send(sensors, reading(minutes, -999))
    (broken,) = await events(sensors, "device.malfunctioned")
    assert (broken["reason"], broken["series_id"], len(broken["evidence"])) == ("impossible", SERIES, 3)
    listed = await sensors.http.get("/api/sensors/devices", params={"state": "malfunctioning"})
    assert [device["troubles"][0]["reason"] for device in listed.json()["items"]] == ["impossible"]
    assert "impossible value" in await page(sensors, "/sensors/devices/air-1")
    assert "malfunctioning" in await page(sensors, "/sensors?state=malfunctioning")
    await send(sensors, [reading(minutes, 12) for minutes in range(100, 160, 10)])
    (recovered,) = await events(sensors, "device.recovered")
    assert (recovered["after"], recovered["series_id"], recovered["since"]) == ("malfunction", SERIES, broken["since"])
    assert len(await events(sensors, "device.malfunctioned")) == 1


async def test_the_form_names_what_is_wrong(sensors: Running) -> None:
    await send(sensors, reading(300, 10))
    who = {"Accept": "text/html", "Accept-Language": "en"} | sensors.as_("coordinator")
    address = f"/sensors/{SERIES}/checks"
    form = {"version": "0", "spike_method": "differential", "fail_low": "0", "fail_high": "-1,5"}
    wrong = await sensors.http.post(address, data=form, headers=who)
    assert wrong.status_code == 422
    assert "The bounds do not grow" in wrong.text and 'value="-1,5"' in wrong.text
    wrong = await sensors.http.post(address, data=form | {"fail_high": "x"}, headers=who)
    assert 'href="#fail_high"' in wrong.text
    assert (await sensors.http.post(address, data=form | {"fail_high": "1,5"}, headers=who)).status_code == 303
    assert (await sensors.http.get(CHECKS)).json()["fail_high"] == "1.5"
    assert "0 … 1.5 µg/m³" in await page(sensors, f"/sensors/{SERIES}")
