"""Saved searches over HTTP and the bus: found calls become one alert each, and everything else has a reason."""

from __future__ import annotations

import asyncio
from typing import Any

from kit.settings import Settings
from tests.conftest import Running, running
from tests.service.first_light.test_call_to_mail import CALL, _plan, _typed_in
from tests.waiting import until

SUBSCRIPTIONS = "/api/notifications/subscriptions"
FOUND = {"kinds": ["call_found"]}


async def _kept(system: Running, who: str = "officer", **search: Any) -> dict[str, Any]:
    answer = await system.http.post(SUBSCRIPTIONS, json=FOUND | search, headers=system.as_(who))
    assert answer.status_code == 201, answer.text
    kept: dict[str, Any] = answer.json()
    return kept


async def _as_release_0_3_stores_it(system: Running, search: str) -> None:
    """Without what this release looks it up by."""
    kept = system.runtime.stores["notifications"].database["subscriptions"]
    await kept.update_one({"_id": search}, {"$unset": {"found_by": 1, "needs": 1, "limits": 1}})


async def _alerts(system: Running, call: str, who: str) -> list[dict[str, Any]]:
    answer = await system.http.get(f"/api/notifications/alerts?call={call}", headers=system.as_(who))
    return list(answer.json()["items"])


async def _judged(system: Running, call: str) -> None:
    """Wait until the searches have been judged by a call."""

    async def heard() -> Any:
        return await system.runtime.stores["notifications"].database["heard_calls"].find_one({"call_id": call})

    await until(heard)


async def test_a_search_finds_a_call_and_the_plan_joins_its_alert(settings: Settings, servers: Any) -> None:
    async with running(settings, "notifications", "actions", "funding") as system:
        await _plan(system)
        plain = await _kept(system, "viewer", text="delavnica za mlade", name="Mladi")
        both = await _kept(system, "officer", text="ustvarjalni prostori", kinds=["call_found", "call_matched"])
        other = await _kept(system, "viewer", text="vodovodi v Idriji")
        await _as_release_0_3_stores_it(system, plain["id"])
        call = await _typed_in(system)

        (alert,) = await until(lambda: _alerts(system, call["id"], "viewer"))
        assert (alert["kind"], alert["subscriptions"], alert["fits"]) == ("call_found", [plain["id"]], [])

        async def matched() -> list[dict[str, Any]]:
            found = await _alerts(system, call["id"], "officer")
            return found if found and found[0]["fits"] else []

        (one,) = await until(matched)
        assert one["kind"] == "call_matched", "found by a search and fitting the plan makes one alert that says why"
        assert one["subscriptions"] == [both["id"]]

        audit = await system.http.get(f"/api/notifications/audit?call={call['id']}", headers=system.as_("viewer"))
        trails = {each["subscription"]: each for each in audit.json()["items"]}
        assert trails[plain["id"]]["outcome"] in ("on_its_way", "told")
        assert trails[other["id"]]["reason"]["en"] == "The call lacks some of the words looked for."
        unknown = await system.http.get("/api/notifications/audit?call=no-such", headers=system.as_("viewer"))
        assert (unknown.status_code, "was ever heard of here" in unknown.json()["detail"]) == (404, True)
        words = "/inbox/audit?call=javni+DELAVNICE"
        assert f"/inbox/audit?call={call['id']}" in (await system.http.get(words, headers=system.as_("viewer"))).text
        page = f"/inbox/audit?call=http%3A//x.example/funding/calls/{call['id']}"
        assert "Mladi" in (await system.http.get(page, headers=system.as_("viewer"))).text, "searches by their names"

        etag = (await system.http.get(f"{SUBSCRIPTIONS}/{other['id']}", headers=system.as_("viewer"))).headers["ETag"]
        widened = await system.http.patch(
            f"{SUBSCRIPTIONS}/{other['id']}", json={"text": "Okolje"}, headers=system.as_("viewer") | {"If-Match": etag}
        )
        assert (widened.status_code, widened.json()["version"]) == (200, 2)
        path = f"/api/funding/calls/{call['id']}"
        etag = (await system.http.get(path)).headers["ETag"]
        edit = {"title": "Javni razpis za okolje", "max_amount": {"amount": "90000", "currency": "EUR"}}
        assert (
            await system.http.patch(path, json=edit, headers=system.as_("officer") | {"If-Match": etag})
        ).status_code == 200

        async def silences() -> list[Any]:
            answer = await system.http.get("/api/notifications/silences?limit=200", headers=system.as_("viewer"))
            return [each for each in answer.json()["items"] if each["subscription"] == other["id"]]

        (silence,) = await until(silences)
        assert silence["reason"]["code"] == "known_call", "another mail tells the viewer what changed"


async def test_what_a_search_would_have_told_is_said_before_it_is_kept(settings: Settings, servers: Any) -> None:
    async with running(settings, "notifications", "funding") as system:
        calls = [
            await _typed_in(
                system, CALL | {"title": f"Razpis {number} za vodovod", "url": f"https://x.example/{number}"}
            )
            for number in range(11)
        ]
        for call in calls:
            await _judged(system, call["id"])
        officer = system.as_("officer")

        async def tried(**search: Any) -> dict[str, Any]:
            answer = await system.http.post(f"{SUBSCRIPTIONS}/try", json=FOUND | search, headers=officer)
            assert answer.status_code == 200, answer.text
            said: dict[str, Any] = answer.json()
            return said

        some = await tried(text="razpis 3")
        assert (some["calls"], some["would_have_told"]) == (11, 1)
        assert [each["title"] for each in some["items"]] == ["Razpis 3 za vodovod"]
        assert [(each["reason"]["code"], each["calls"]) for each in some["turned_away"]] == [("other_words", 10)]
        assert (await tried(text="vodovodi"))["meets_everything"] is True

        for language, said in (("sl", "obvestilo 1-krat"), ("en", "told you 1 time")):
            page = f"/inbox/preferences/new?text=razpis+3&lang={language}"
            assert said in (await system.http.get(page, headers=officer)).text
        typed = {"kinds": "call_found", "text": "vodovod", "do": "save"}
        page = await system.http.post("/inbox/preferences/new", data=typed, headers=officer)
        assert (page.status_code, "turns no call away" in page.text) == (422, True)
        kept = await system.http.post("/inbox/preferences/new", data=typed | {"everything": "yes"}, headers=officer)
        assert kept.status_code == 303
        assert "vodovod" in (await system.http.get("/inbox/preferences", headers=officer)).text

        for everything in ({}, {"text": "vodovod"}):
            refused = await system.http.post(SUBSCRIPTIONS, json=FOUND | everything, headers=officer)
            assert refused.status_code == 422
            assert refused.json()["errors"][0]["field"] == "everything"
            assert "all 11 calls" in refused.json()["detail"]
        await _kept(system, everything=True)

        for wrong, field in (
            ({"text": "обнова"}, "text"),
            ({"min_score": 5}, "kinds"),
            ({"department": "nowhere", "text": "razpis 3"}, "department"),
            ({"role": "king", "text": "razpis 3"}, "role"),
            ({"kinds": ["call_lost"]}, "kinds.0"),
            ({"text": "vodovod " * 40}, "text"),
            ({"min_amount": {"amount": "-1"}, "text": "razpis 3"}, "min_amount"),
        ):
            refused = await system.http.post(SUBSCRIPTIONS, json=FOUND | wrong, headers=officer)
            assert (refused.status_code, refused.json()["errors"][0]["field"]) == (422, field), refused.text
        refused = await system.http.post(SUBSCRIPTIONS, json=FOUND | {"text": "für Orte"}, headers=officer)
        assert "leave the foreign words out" in refused.json()["errors"][0]["mend"]
        refused = await system.http.post(SUBSCRIPTIONS, json={"role": "editor"}, headers=system.as_("viewer"))
        assert refused.status_code == 403

        many = [
            system.http.post(SUBSCRIPTIONS, json={"min_score": number % 100}, headers=system.as_("viewer"))
            for number in range(110)
        ]
        codes = [answer.status_code for answer in await asyncio.gather(*many)]
        assert codes.count(201) == 100, "however many ask at once"
        assert set(codes) <= {201, 409}


async def test_a_search_is_paused_deleted_taken_back_and_told_to_a_role(settings: Settings, servers: Any) -> None:
    async with running(settings, "notifications", "funding") as system:
        officer, viewer = system.as_("officer"), system.as_("viewer")
        await system.http.get("/inbox", headers=viewer)
        shared = await _kept(system, role="viewer", text="vodovod", name="Za vse")
        paused = await _kept(system, "viewer", text="vodovod")
        until_then = {"until": "2099-01-01T00:00:00+01:00"}
        first, second, third = (viewer | {"If-Match": f'"{version}"'} for version in (1, 2, 3))
        await system.http.post(f"{SUBSCRIPTIONS}/{paused['id']}/pause", json=until_then, headers=first)
        gone = await _kept(system, "viewer", text="vodovod")
        path = f"{SUBSCRIPTIONS}/{gone['id']}"
        assert (await system.http.delete(path, headers=viewer)).status_code == 428, "which version was seen?"
        await system.http.patch(path, json={"name": "Voda"}, headers=first)
        assert (await system.http.delete(path, headers=first)).status_code == 412, "it was changed meanwhile"
        assert (await system.http.delete(path, headers=second)).status_code == 200
        answer = await system.http.patch(path, json={"name": "Vode"}, headers=third)
        assert (answer.status_code, "take it back" in answer.text) == (409, True)
        listed = (await system.http.get(SUBSCRIPTIONS, headers=viewer)).json()["items"]
        assert {each["id"] for each in listed} == {shared["id"], paused["id"]}
        assert (await system.http.delete(f"{SUBSCRIPTIONS}/{shared['id']}", headers=first)).status_code == 404

        call = await _typed_in(system, CALL | {"title": "Gradnja vodovodov"})
        (alert,) = await until(lambda: _alerts(system, call["id"], "viewer"))
        assert alert["subscriptions"] == [shared["id"]]
        assert await _alerts(system, call["id"], "officer"), "an officer is a viewer, too"

        left = await system.http.post(
            f"/inbox/preferences/{shared['id']}/state", data={"step": "leave"}, headers=viewer
        )
        assert left.status_code == 303
        kept = (await system.http.get(f"{SUBSCRIPTIONS}/{shared['id']}", headers=officer)).json()
        assert (kept["enabled"], kept["left"]) == (True, ["viewer@idrija.example"])
        back = await system.http.post(f"{path}/restore", headers=third)
        assert (back.json()["enabled"], back.json()["deleted_at"]) == (True, None)
