"""Series linked to activities of the plan, as heard from it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from contracts.actions import NeedChangedV1
from contracts.envelope import Envelope
from kit.clock import uuid7
from tests.conftest import Running
from tests.service.sensors.conftest import SERIES, reading, send
from tests.waiting import until

LINK = f"/api/sensors/series/{SERIES}/activity"


async def plan_says(sensors: Running, sequence: int, title: str, **changes: Any) -> None:
    event = NeedChangedV1(
        activity_id="plan:2.1.1",
        number="2.1.1",
        title=title,
        plan_id="plan",
        plan_version=1,
        action_number="2.1",
        action_title="Hub",
        **changes,
    )
    event_id = uuid7()
    envelope = Envelope(event_id, "idrija", event.activity_id, sequence, datetime.now(UTC), event, event_id)
    await sensors.runtime.bus.jetstream.publish(envelope.nats_subject, envelope.encode())


async def heard(sensors: Running) -> list[Any]:
    database = sensors.runtime.stores["sensors"].database
    return [(each["title"], each["sequence"], each["removed"]) async for each in database["activities"].find()]


async def handled(sensors: Running, count: int) -> bool:
    inbox = sensors.runtime.stores["sensors"].database["inbox"]
    found: int = await inbox.count_documents({"_id": {"$regex": "^remember_activity:"}})
    return found == count


async def test_a_late_older_event_changes_nothing(sensors: Running) -> None:
    for done, (sequence, title) in enumerate(
        [(3, "third"), (2, "second"), (4, "fourth"), (4, "fourth again")], start=1
    ):
        await plan_says(sensors, sequence, title)
        await until(lambda done=done: handled(sensors, done))  # type: ignore[misc]
    assert await heard(sensors) == [("fourth", 4, False)]


async def test_an_editor_links_a_series_and_the_pages_say_so(sensors: Running) -> None:
    await send(sensors, reading())
    await plan_says(sensors, 1, "Coworking space")
    await until(lambda: heard(sensors))
    answer = await sensors.http.put(LINK, json={"activity_id": "plan:2.1.1"}, headers=sensors.as_("officer"))
    assert answer.json() == {"id": SERIES, "activity_id": "plan:2.1.1"}
    listed = (await sensors.http.get("/api/sensors/series?activity_id=plan:2.1.1")).json()["items"]
    assert [item["id"] for item in listed] == [SERIES]
    for page in ("/sensors", f"/sensors/{SERIES}"):
        assert "2.1.1 Coworking space" in (await sensors.http.get(page)).text

    await send(sensors, reading(5))
    assert (await sensors.http.get(f"/api/sensors/series/{SERIES}")).json()["activity_id"] == "plan:2.1.1"

    await sensors.http.put(LINK, json={"activity_id": None}, headers=sensors.as_("officer"))
    assert (await sensors.http.get(f"/api/sensors/series/{SERIES}")).json()["activity_id"] is None


async def test_what_cannot_be_linked_is_refused(sensors: Running) -> None:
    await send(sensors, reading())
    unknown = await sensors.http.put(LINK, json={"activity_id": "plan:9.9.9"}, headers=sensors.as_("officer"))
    assert unknown.status_code == 422
    assert [error["field"] for error in unknown.json()["errors"]] == ["activity_id"]

    await plan_says(sensors, 1, "Gone", removed=True)
    await until(lambda: heard(sensors))
    removed = await sensors.http.put(LINK, json={"activity_id": "plan:2.1.1"}, headers=sensors.as_("officer"))
    assert removed.status_code == 422

    body = {"activity_id": None}
    assert (await sensors.http.put(LINK, json=body, headers=sensors.as_("operator"))).status_code == 403
    nowhere = "/api/sensors/series/none/activity"
    assert (await sensors.http.put(nowhere, json=body, headers=sensors.as_("officer"))).status_code == 404


async def test_the_page_form_links_too(sensors: Running) -> None:
    await send(sensors, reading())
    await plan_says(sensors, 1, "Coworking space")
    await until(lambda: heard(sensors))
    page = f"/sensors/{SERIES}"
    assert 'name="activity_id"' in (await sensors.http.get(page, headers=sensors.as_("officer"))).text
    assert 'name="activity_id"' not in (await sensors.http.get(page)).text
    answer = await sensors.http.post(
        f"{page}/activity", data={"activity_id": "plan:2.1.1"}, headers=sensors.as_("officer")
    )
    assert (answer.status_code, answer.headers["location"]) == (303, page)
    assert (await sensors.http.get(f"/api/sensors/series/{SERIES}")).json()["activity_id"] == "plan:2.1.1"
