"""The plan over HTTP: imported whole, unchanged by repetition, refused with every defect named."""

from __future__ import annotations

from typing import Any

from kit.settings import Settings
from tests.conftest import EXAMPLE, Running, running
from tests.waiting import until

PLAN = (EXAMPLE / "plan.yaml").read_bytes()


async def _import(service: Running, body: bytes, who: str = "coordinator") -> Any:
    return await service.http.post("/api/actions/plans", content=body, headers=service.as_(who))


async def test_the_idrija_plan_is_imported_whole(settings: Settings) -> None:
    async with running(settings, "actions") as service:
        answer = await _import(service, PLAN)
        assert answer.status_code == 201, answer.text
        plan = (await service.http.get("/api/actions/plans/idrija-iap-2025", headers=service.as_("viewer"))).json()
        totals = plan["totals"]
        assert (totals["actions"], totals["activities"], totals["risks"]) == (5, 24, 6)
        assert totals["estimated"]["amount"] == "1410000.00"
        assert totals["costed"]["amount"] == "1370500.00"
        assert totals["estimated_by_action"]["4.1"]["amount"] == "1100000.00"
        activities = await service.http.get("/api/actions/activities?limit=100", headers=service.as_("viewer"))
        assert len(activities.json()["items"]) == 24
        uncosted = [each["number"] for each in activities.json()["items"] if each["estimated"] is None]
        assert sorted(uncosted) == ["1.1.6", "4.1.4"]


async def test_the_same_plan_again_changes_nothing_and_says_nothing(settings: Settings) -> None:
    async with running(settings, "actions") as service:
        first = (await _import(service, PLAN)).json()
        again = (await _import(service, PLAN + b"\n# a comment says nothing new\n")).json()
        assert again["plan_version"] == first["plan_version"] == 1
        outbox = service.runtime.stores["actions"].database["outbox"]
        assert await outbox.count_documents({}) == 25

        changed = PLAN.replace(b'amount: "2000.00"', b'amount: "2500.00"', 1)
        changed = (
            changed
            if changed != PLAN
            else PLAN.replace(b"2000.00", b"2500.00", 1).replace(b"EUR 2.000", b"EUR 2.500", 1)
        )
        answer = await _import(service, changed)
        assert answer.status_code == 201, answer.text
        assert answer.json()["plan_version"] == 2


async def test_a_defect_is_named_and_nothing_is_imported(settings: Settings) -> None:
    async with running(settings, "actions") as service:
        answer = await _import(service, PLAN.replace(b"activities:", b"activties:", 1))
        assert answer.status_code == 422
        assert answer.headers["content-type"] == "application/problem+json"
        fields = [error["field"] for error in answer.json()["errors"]]
        assert "actions[0].activties" in fields
        plans = await service.http.get("/api/actions/plans", headers=service.as_("viewer"))
        assert plans.json()["items"] == []


async def test_only_coordinators_import_and_the_public_sees_only_what_is_approved(settings: Settings) -> None:
    async with running(settings, "actions") as service:
        assert (await _import(service, PLAN, "viewer")).status_code == 403
        await _import(service, PLAN)
        assert (await service.http.get("/api/actions/plans")).json()["items"] == []
        assert (await service.http.get("/api/actions/plans/idrija-iap-2025")).status_code == 404
        approved = await service.http.post(
            "/api/actions/plans/idrija-iap-2025/approve", headers=service.as_("approver")
        )
        assert approved.status_code == 200
        assert len((await service.http.get("/api/actions/plans")).json()["items"]) == 1
        repeated = await service.http.post(
            "/api/actions/plans/idrija-iap-2025/approve", headers=service.as_("approver")
        )
        assert repeated.status_code == 409


async def test_need_changed_is_published_for_every_activity(settings: Settings) -> None:
    async with running(settings, "actions") as service:
        await _import(service, PLAN)

        async def published() -> int:
            info = await service.runtime.bus.jetstream.stream_info("ACTIONS", subjects_filter=">")
            return int((info.state.subjects or {}).get("cinnabar.idrija.actions.need.changed.v1", 0))

        assert await until(lambda: _reached(published, 24)) == 24


async def _reached(count: Any, wanted: int) -> int:
    found = await count()
    return found if found >= wanted else 0


async def test_an_edit_needs_the_version_its_author_saw(settings: Settings) -> None:
    async with running(settings, "actions") as service:
        await _import(service, PLAN)
        path = "/api/actions/activities/idrija-iap-2025:1.1.1"
        body = {"stage": "in_preparation", "note": "design ordered"}
        editor = service.as_("officer")
        assert (await service.http.patch(path, json=body, headers=editor)).status_code == 428
        done = await service.http.patch(path, json=body, headers={**editor, "If-Match": '"1"'})
        assert done.status_code == 200, done.text
        assert done.json()["stage"] == "in_preparation"
        stale = await service.http.patch(path, json={"stage": "completed"}, headers={**editor, "If-Match": '"1"'})
        assert stale.status_code == 412


async def test_an_idempotency_key_makes_a_command_repeatable(settings: Settings) -> None:
    async with running(settings, "actions") as service:
        headers = {**service.as_("coordinator"), "Idempotency-Key": "import-1"}
        first = await service.http.post("/api/actions/plans", content=PLAN, headers=headers)
        again = await service.http.post("/api/actions/plans", content=PLAN, headers=headers)
        assert again.json() == first.json()
        other = await service.http.post("/api/actions/plans", content=PLAN + b"\n", headers=headers)
        assert other.status_code == 422
        assert other.json()["errors"][0]["field"] == "Idempotency-Key"


async def test_the_pages_show_the_plan_in_both_languages(settings: Settings) -> None:
    async with running(settings, "actions") as service:
        await _import(service, PLAN)
        headers = {**service.as_("viewer"), "Accept": "text/html"}
        for path, words in {
            "/plan": ("Kreativni", "Creative Makerspace"),
            "/plan/actions/2.1": ("Rezultati", "Outputs"),
            "/plan/activities/2.1.1": ("Ocenjeno", "Estimated"),
        }.items():
            for language, word in zip(("sl", "en"), words, strict=True):
                page = await service.http.get(f"{path}?lang={language}", headers=headers)
                assert page.status_code == 200, page.text
                assert word in page.text, (path, language)
