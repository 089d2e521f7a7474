"""The overview over HTTP, from events as their producers say them."""

from __future__ import annotations

from typing import Any

from kit.settings import Settings
from tests.conftest import EXAMPLE, Running, running
from tests.service.reporting.conftest import publish
from tests.service.reporting.story import commitment, imported, need, said, the_story
from tests.waiting import until

PLAN = (EXAMPLE / "plan.yaml").read_bytes()


async def _overview(service: Running, who: str | None = "viewer") -> dict[str, Any]:
    headers = service.as_(who) if who else {}
    answer = await service.http.get("/api/reporting/overview", headers=headers)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def _told(service: Running) -> dict[str, Any]:
    """The overview once the whole story was heard."""
    await publish(service, the_story())

    async def heard() -> bool:
        durables = await service.runtime.bus.jetstream.consumers_info("ACTIONS")
        others = [await service.runtime.bus.jetstream.consumers_info(name) for name in _STREAMS]
        every = [info for infos in (durables, *others) for info in infos]
        return all(info.num_pending == 0 and info.num_ack_pending == 0 for info in every)

    assert await until(heard)
    return await _overview(service)


_STREAMS = ("FUNDING", "SENSORS", "NOTIFICATIONS")


async def test_the_idrija_plan_is_five_rows_and_its_estimate(settings: Settings) -> None:
    async with running(settings, "actions", "reporting") as service:
        await service.http.post("/api/actions/plans", content=PLAN, headers=service.as_("coordinator"))

        async def complete() -> dict[str, Any] | None:
            seen = await _overview(service)
            known = sum(sum(row["activities"].values()) for row in seen["actions"])
            return seen if known == 24 else None

        seen = await until(complete)
        assert seen is not None
        assert [row["number"] for row in seen["actions"]] == ["1.1", "2.1", "3.1", "4.1", "5.1"]
        assert seen["totals"]["estimated"]["amount"] == "1410000.00"
        assert seen["totals"]["activities_estimated"]["known"]["amount"] == "1370500.00"
        assert seen["totals"]["activities_estimated"]["unknown"] == 2
        assert (seen["totals"]["coverage"], seen["totals"]["committed"]["known"]["amount"]) == ("0.0000", "0.00")
        assert seen["totals"]["heaviest"]["number"] == "4.1"
        assert (await _overview(service, None))["plan"] is None

        await service.http.post("/api/actions/plans/idrija-iap-2025/approve", headers=service.as_("approver"))

        async def public() -> dict[str, Any] | None:
            found = await _overview(service, None)
            return found if found["plan"] else None

        shown = await until(public)
        assert shown is not None and len(shown["actions"]) == 5


async def test_the_story_is_told(settings: Settings) -> None:
    async with running(settings, "reporting") as service:
        seen = await _told(service)
        assert (seen["plan"]["version"], seen["plan"]["approved"], seen["plan"]["waiting"]) == (2, False, 2)
        first, second = seen["actions"]
        assert first["committed"]["known"]["amount"] == "25000.00"
        assert first["open"]["amount"] == "75000.00"
        assert first["activities"] == {"on_track": 1}
        assert second["activities_estimated"] == {"known": None, "counted": 0, "unknown": 1}
        assert seen["totals"]["committed_elsewhere"] == 1
        counts = {
            "calls_open": 1,
            "calls_forecast": 1,
            "matches_waiting": 1,
            "alerts_unacknowledged": 2,
            "devices": 1,
            "sources_failing": 1,
        }
        assert seen["counts"] == counts
        assert seen["calls"][0]["title"] == "A call, extended"
        assert seen["calls"][0]["best"]["score"] == 75
        reading = seen["readings"][0]
        assert (reading["device_name"], reading["reading"]["value"]) == ("Town hall", "14.0")
        assert [step["kind"] for step in seen["next"]] == [
            "source_failing",
            "alert_failed",
            "plan_waiting",
            "call_deadline",
        ]


async def test_the_public_sees_the_approved_version_and_no_internal_things(settings: Settings) -> None:
    async with running(settings, "reporting") as service:
        await _told(service)
        seen = await _overview(service, None)
        assert (seen["plan"]["version"], seen["plan"]["approved"]) == (1, True)
        assert seen["totals"]["estimated"]["amount"] == "130000.00"
        assert seen["totals"]["committed"]["known"]["amount"] == "30000.00"
        assert seen["counts"]["matches_waiting"] is None
        assert seen["next"] == []
        assert seen["calls"][0]["best"] is None
        activities = (await service.http.get("/api/reporting/activities")).json()["items"]
        assert [each["title"] for each in activities] == [
            "Activity 1.1.1 as of version 1",
            "Activity 2.1.1 as of version 1",
        ]
        names = [each["name"] for each in (await service.http.get("/api/reporting/kpis")).json()["items"]]
        assert "committed_share" in names and "hours_to_alert" not in names


async def test_figures_rest_on_the_approved_plan(settings: Settings) -> None:
    async with running(settings, "reporting") as service:
        await _told(service)
        answer = await service.http.get("/api/reporting/kpis", headers=service.as_("viewer"))
        values = {each["name"]: each["value"] for each in answer.json()["items"]}
        assert values == {
            "committed_share": "0.2308",
            "funding_committed": "30000.00",
            "activities_on_time": None,
            "matches_per_open_call": "1.00",
            "hours_to_alert": "3.00",
            "devices_reporting": "1",
        }


async def test_activities_page_by_cursor_and_refuse_a_strange_one(settings: Settings) -> None:
    async with running(settings, "reporting") as service:
        await publish(
            service, [said(imported(1, "10.00"), 1), *(said(need(f"1.1.{n}", 1, "1.00"), 1) for n in (1, 2, 10))]
        )
        path, headers = "/api/reporting/activities", service.as_("viewer")

        async def page(query: str) -> Any:
            return (await service.http.get(f"{path}?{query}", headers=headers)).json()

        async def complete() -> bool:
            return len((await page("limit=50"))["items"]) == 3

        assert await until(complete)
        first = await page("limit=2")
        assert [each["number"] for each in first["items"]] == ["1.1.1", "1.1.2"]
        second = await page(f"limit=2&after={first['next']}")
        assert ([each["number"] for each in second["items"]], second["next"]) == (["1.1.10"], None)
        strange = await service.http.get(f"{path}?after=nothing", headers=headers)
        assert strange.status_code == 422
        assert strange.json()["errors"][0]["field"] == "after"


async def test_the_pages_stand_with_and_without_a_plan(settings: Settings) -> None:
    async with running(settings, "reporting") as service:
        headers = {**service.as_("viewer"), "Accept": "text/html"}

        async def page(path: str) -> str:
            answer = await service.http.get(path, headers=headers)
            assert answer.status_code == 200, answer.text
            return answer.text

        assert "cinnabar plan import examples/idrija/plan.yaml" in await page("/?lang=en")
        assert "Naložen ni noben načrt" in await page("/reports?lang=sl")
        await publish(service, [said(commitment("more", "1.1.1", "0.50"), 1)])
        await _told(service)
        for path, words in {
            "/": ("Kaj je treba narediti najprej", "What needs doing next"),
            "/reports": ("Od kod so te številke", "Where these numbers come from"),
        }.items():
            for language, word in zip(("sl", "en"), words, strict=True):
                assert word in await page(f"{path}?lang={language}")
        assert "25.000,50" in await page("/reports?lang=sl")
        assert "€25,000.50" in await page("/?lang=en")
        csv = await service.http.get("/reports/activities.csv", headers=headers)
        assert csv.headers["content-type"].startswith("text/csv")
        assert "Activity 2.1.2 as of version 2" in csv.text
