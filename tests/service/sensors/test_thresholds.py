"""Thresholds over HTTP and on pages: set, crossed, changed while exceeded, refused."""

from __future__ import annotations

from typing import Any

from tests.conftest import Running
from tests.service.sensors.conftest import SERIES, reading, said, send
from tests.service.sensors.test_pages import page

ADDRESS = f"/api/sensors/series/{SERIES}/thresholds"
RULE = {"name": "Air the room", "direction": "above", "limit": 50, "hysteresis": 5, "readings": 2}


async def crossings(sensors: Running) -> list[tuple[str, Any]]:
    kinds = {"threshold.exceeded.v1": "exceeded", "threshold.cleared.v1": "cleared"}
    return [(kinds[kind], data) for kind, data in await said(sensors) if kind in kinds]


async def test_a_limit_is_told_once_out_and_once_back(sensors: Running) -> None:
    await send(sensors, reading(100, 40))
    answer = await sensors.http.post(ADDRESS, json=RULE, headers=sensors.as_("coordinator"))
    assert answer.status_code == 201, answer.text
    await send(sensors, [reading(90, 55), reading(80, 60), reading(70, 65)])
    await send(sensors, reading(60, 48))
    await send(sensors, reading(95, 99))
    (listed,) = (await sensors.http.get(ADDRESS)).json()["items"]
    assert (listed["exceeded"]["value"], listed["exceeded"]["extreme"]) == (60, 65)
    assert "Air the room: above 50 µg/m³" in await page(sensors, "/sensors?state=exceeded")
    await send(sensors, [reading(50, 44), reading(40, 60)])
    (out, exceeded), (back, cleared) = await crossings(sensors)
    assert (out, exceeded["value"], exceeded["before"], exceeded["readings"]) == ("exceeded", "60", "40", 2)
    assert (back, cleared["because"], cleared["value"], cleared["extreme"]) == ("cleared", "back", "44", "65")
    assert "No device is in this state" in await page(sensors, "/sensors?state=exceeded")


async def test_a_change_ends_what_is_exceeded_and_needs_the_version(sensors: Running) -> None:
    await send(sensors, reading(100, 40))
    who = sensors.as_("coordinator")
    made = await sensors.http.post(ADDRESS, json=RULE | {"readings": 1}, headers=who)
    one, seen = f"{ADDRESS}/{made.json()['id']}", {"If-Match": made.headers["ETag"]}
    await send(sensors, reading(90, 60))
    assert (await sensors.http.put(one, json=RULE, headers=who)).status_code == 428
    assert (await sensors.http.put(one, json=RULE | {"limit": 90}, headers=who | seen)).status_code == 200
    assert (await sensors.http.put(one, json=RULE, headers=who | seen)).status_code == 412
    assert [data.get("because") for _, data in await crossings(sensors)] == [None, "changed"]
    assert (await sensors.http.delete(one, headers=who | {"If-Match": "*"})).status_code == 200
    assert (await sensors.http.get(ADDRESS)).json() == {"items": []}
    refused = await sensors.http.post(ADDRESS, json=RULE | {"limit": "much"}, headers=who)
    assert (refused.status_code, refused.json()["errors"][0]["field"]) == (422, "limit")
    assert (await sensors.http.post(ADDRESS, json=RULE, headers=sensors.as_("viewer"))).status_code == 403
    for _ in range(10):
        await sensors.http.post(ADDRESS, json=RULE, headers=who)
    assert (await sensors.http.post(ADDRESS, json=RULE, headers=who)).status_code == 422


async def test_the_form_keeps_what_was_typed_and_names_the_mistake(sensors: Running) -> None:
    await send(sensors, reading(100, 40))
    who = {"Accept": "text/html", "Accept-Language": "en"} | sensors.as_("coordinator")
    empty = await sensors.http.get(f"/sensors/{SERIES}/thresholds/new", headers=who)
    assert "poor 50" in empty.text
    form = {"name": "Mine", "direction": "above", "limit": "50,5", "readings": "x", "minutes": "0", "hysteresis": "0"}
    wrong = await sensors.http.post(f"/sensors/{SERIES}/thresholds/new", data=form, headers=who)
    assert wrong.status_code == 422
    assert "Write a whole number from 1 to 1000" in wrong.text and 'value="50,5"' in wrong.text
    done = await sensors.http.post(f"/sensors/{SERIES}/thresholds/new", data=form | {"readings": "1"}, headers=who)
    assert done.status_code == 303
    assert "above 50.5 µg/m³" in await page(sensors, f"/sensors/{SERIES}")
    (made,) = (await sensors.http.get(ADDRESS)).json()["items"]
    shown = await sensors.http.get(f"/sensors/{SERIES}/thresholds/{made['id']}", headers=who)
    assert "Take this limit away" in shown.text
    address = f"/sensors/{SERIES}/thresholds/{made['id']}/removed"
    assert (await sensors.http.post(address, data={"version": "9"}, headers=who)).status_code == 412
    assert (await sensors.http.post(address, data={"version": "1"}, headers=who)).status_code == 303
    assert (await sensors.http.get(ADDRESS)).json() == {"items": []}
