"""What people see: an empty start with the next step, the series, their chart, table and CSV, in both languages."""

from __future__ import annotations

import csv
import io

import pytest

from tests.conftest import EXAMPLE, Running
from tests.service.sensors.conftest import SERIES, reading, send


async def page(sensors: Running, path: str, language: str = "en") -> str:
    answer = await sensors.http.get(path, headers={"Accept": "text/html", "Accept-Language": language})
    assert answer.status_code == 200, answer.text
    return answer.text


async def test_an_empty_page_says_how_to_send_the_first_reading(sensors: Running) -> None:
    text = await page(sensors, "/sensors")
    assert "No device has reported yet" in text
    assert "curl http://testserver/api/sensors/readings" in text
    assert "Nobena naprava" in await page(sensors, "/sensors", "sl")


async def test_the_list_shows_each_series_with_value_unit_and_age(sensors: Running) -> None:
    await send(sensors, [reading(130, 11), reading(125, 12.5, device_name="<Town> hall")])
    text = await page(sensors, "/sensors")
    assert "&lt;Town&gt; hall" in text
    assert "12.5 µg/m³" in text
    assert "2 hours ago" in text
    assert f'href="/sensors/{SERIES}"' in text
    slovenian = await page(sensors, "/sensors", "sl")
    assert "12,5 µg/m³" in slovenian
    assert "pred 2 urama" in slovenian


async def test_a_reported_gap_is_never_shown_as_zero(sensors: Running) -> None:
    await send(sensors, reading(value=None))
    assert "The device reported a gap." in await page(sensors, "/sensors")
    text = await page(sensors, f"/sensors/{SERIES}?period=24h")
    assert "reported gap" in text
    assert 'class="plot"' not in text


async def test_a_series_page_has_a_chart_a_table_and_csv(sensors: Running) -> None:
    await send(sensors, [reading(60 * hours, hours) for hours in range(1, 60)])
    text = await page(sensors, f"/sensors/{SERIES}?period=24h")
    assert 'role="img"' in text
    assert 'value="24h" selected' in text
    assert f'href="/sensors/{SERIES}.csv?period=24h"' in text
    assert f"/api/sensors/series/{SERIES}/readings" in text


@pytest.mark.parametrize(("period", "rows"), [("", 4), ("?period=7d", 3), ("?period=24h", 2)])
async def test_the_csv_has_one_line_per_reading_of_the_period(sensors: Running, period: str, rows: int) -> None:
    ages = [1, 60, 60 * 48, 60 * 24 * 20]
    await send(sensors, [reading(minutes, None if minutes == 60 else minutes) for minutes in ages])
    answer = await sensors.http.get(f"/sensors/{SERIES}.csv{period}")
    assert answer.headers["content-type"].startswith("text/csv")
    lines = list(csv.DictReader(io.StringIO(answer.text)))
    assert len(lines) == rows
    assert lines[-1]["value"] == "1"
    assert lines[-1]["time"].endswith("Z")
    assert (lines[-2]["value"], lines[-2]["quality"]) == ("", "missing")


async def test_an_empty_period_says_where_the_rest_is(sensors: Running) -> None:
    await send(sensors, reading(60 * 24 * 40))
    text = await page(sensors, f"/sensors/{SERIES}?period=7d")
    assert "No readings in the last 7 days" in text
    assert f'href="/sensors/{SERIES}.csv"' in text


async def test_an_unknown_period_is_refused(sensors: Running) -> None:
    assert (await sensors.http.get(f"/sensors/{SERIES}?period=1y")).status_code == 422


async def test_the_example_loads_once_however_often_it_is_loaded(sensors: Running) -> None:
    from services.sensors.example import load_example

    context = sensors.runtime.context(sensors.runtime.services[0])
    await load_example(context, EXAMPLE)
    listed = (await sensors.http.get("/api/sensors/series")).json()["items"]
    assert {item["device_id"] for item in listed} == {"air-idrija-centre", "visitors-coworking"}
    assert len(listed) == 5
    before = {item["id"]: item["count"] for item in listed}
    assert all(count >= 168 for count in before.values())
    await load_example(context, EXAMPLE)
    again = (await sensors.http.get("/api/sensors/series")).json()["items"]
    # half an hour may have begun meanwhile
    assert all(0 <= item["count"] - before[item["id"]] <= 1 for item in again)
    for item in listed:
        for period in ("24h", "7d", "30d"):
            assert "<svg" in await page(sensors, f"/sensors/{item['id']}?period={period}", "sl")
