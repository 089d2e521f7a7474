"""Deciding about fits: by API and in the inbox alike, sticky until the call changes materially, and taught from."""

from __future__ import annotations

from typing import Any

from kit.settings import Settings
from services.funding import jobs
from tests.conftest import Running, running
from tests.service.first_light.test_call_to_mail import CALL, _plan, _subscribed, _typed_in
from tests.waiting import until


async def _fits(system: Running, call: str) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = (await system.http.get(f"/api/funding/matches?call={call}")).json()["items"]
    return items


async def _fitting(system: Running, call: str) -> list[dict[str, Any]]:
    async def some() -> list[dict[str, Any]]:
        return await _fits(system, call)

    return await until(some)


async def _decide(system: Running, path: str, **form: Any) -> Any:
    return await system.http.post(f"/api/funding/{path}/decision", json=form, headers=system.as_("officer"))


async def test_what_is_put_aside_comes_back_only_when_the_call_changes_materially(settings: Settings) -> None:
    async with running(settings, "actions", "funding") as system:
        await _plan(system)
        call = await _typed_in(system)
        fits = await _fitting(system, call["id"])
        refused = await _decide(system, f"calls/{call['id']}", choice="not_for_us")
        assert refused.status_code == 422
        assert refused.json()["errors"][0]["field"] == "reason_code"
        viewer = {"json": {"choice": "apply"}, "headers": system.as_("viewer")}
        assert (await system.http.post(f"/api/funding/calls/{call['id']}/decision", **viewer)).status_code == 403

        aside = await _decide(system, f"calls/{call['id']}", choice="not_for_us", reason_code="lack_match_ability")
        assert {each["decision"]["reason_code"] for each in aside.json()["items"]} == {"lack_match_ability"}
        assert len(aside.json()["items"]) == len(fits)

        async def version(number: int) -> Any:
            stored = await system.runtime.stores["funding"].database["verdicts"].find_one({"_id": call["id"]})
            return stored and stored["call_version"] >= number

        other_words = await _typed_in(system, {**CALL, "funder": "Drugo ministrstvo"})
        await until(lambda: version(other_words["version"]))
        assert all(each["decision"] for each in await _fits(system, call["id"]))

        better = await _typed_in(system, {**CALL, "funder": "Drugo ministrstvo", "co_financing_rate": 0.95})
        await until(lambda: version(better["version"]))
        back = await _fits(system, call["id"])
        assert [each["decision"] for each in back] == [None] * len(fits)
        assert {
            (change["field"], change["before"], change["after"]) for each in back for change in each["returned"]
        } == {("co_financing_rate", "85 %", "95 %")}
        assert back[0]["earlier"][0]["choice"] == "not_for_us"


async def test_a_dismissal_lowers_what_is_like_it_and_undoing_it_gives_the_points_back(settings: Settings) -> None:
    async with running(settings, "actions", "funding") as system:
        await _plan(system)
        first = await _typed_in(system)
        second = await _typed_in(
            system, {**CALL, "title": "Drug razpis za makerspace in mlade", "url": "https://x.example/2"}
        )
        await _fitting(system, first["id"])
        before = {each["id"]: each["score"] for each in await _fitting(system, second["id"])}
        (one, *_) = await _fits(system, first["id"])
        await _decide(system, f"matches/{one['id']}", choice="not_for_us", reason_code="lack_match_ability")

        async def lowered() -> Any:
            found = await _fits(system, second["id"])
            return found if all(each["score"] < before[each["id"]] for each in found) else None

        for each in await until(lowered):
            (lesson,) = [reason for reason in each["reasons_against"] if reason["code"] == "dismissed_before"]
            assert each["score"] - lesson["weight"] == before[each["id"]]
            assert lesson["evidence"] == CALL["title"]

        undone = await system.http.delete(f"/api/funding/matches/{one['id']}/decision", headers=system.as_("officer"))
        assert undone.json()["decision"] is None

        async def as_before() -> bool:
            return {each["id"]: each["score"] for each in await _fits(system, second["id"])} == before

        await until(as_before)


async def test_the_inbox_and_the_board_decide_the_same(settings: Settings) -> None:
    async with running(settings, "notifications", "actions", "funding") as system:
        await _subscribed(system)
        await _plan(system)
        call = await _typed_in(system)
        await _fitting(system, call["id"])
        officer = system.as_("officer")

        async def alert() -> Any:
            items = (await system.http.get("/api/notifications/alerts", headers=officer)).json()["items"]
            return items[0] if items else None

        told = await until(alert)
        decision = {"choice": "not_for_us", "reason": "že opremljeno"}
        await system.http.post(f"/api/notifications/alerts/{told['id']}/decision", json=decision, headers=officer)

        async def decided() -> Any:
            found = await _fits(system, call["id"])
            return found if all(each["decision"] for each in found) else None

        for each in await until(decided):
            assert (each["decision"]["choice"], each["decision"]["words"]) == ("not_for_us", "že opremljeno")
            assert each["decision"]["via"] == "inbox"
            await system.http.delete(f"/api/funding/matches/{each['id']}/decision", headers=officer)

        async def waits() -> bool:
            return bool((await alert())["decision"]["choice"] == "seen")

        await until(waits)
        await _decide(system, f"calls/{call['id']}", choice="hand_over", department="Mladinski center Idrija")

        async def handed_over() -> Any:
            held = (await alert())["decision"]
            return held if held["choice"] == "hand_over" else None

        assert (await until(handed_over))["reason"] == "Mladinski center Idrija"


async def test_every_other_pair_has_its_reason_when_asked(settings: Settings) -> None:
    async with running(settings, "actions", "funding") as system:
        await _plan(system)
        call = await _typed_in(system)
        fits = await _fitting(system, call["id"])
        path = f"/api/funding/matches?call={call['id']}&fits=false"
        first = (await system.http.get(f"{path}&limit=10")).json()
        second = (await system.http.get(f"{path}&limit=200&after={first['next']}")).json()
        silent = [*first["items"], *second["items"]]
        assert len(silent) + len(fits) == 24
        assert all(each["reasons_against"][0]["text"]["sl"] for each in silent)
        verdict = (await system.http.get(f"/api/funding/calls/{call['id']}/verdict")).json()
        assert sum(verdict["silences"].values()) == len(silent)
        stored = await system.runtime.stores["funding"].database["matches"].count_documents({})
        assert stored == len(fits), "no row for what never fitted"
        why = (await system.http.get(f"/api/funding/why?call={call['id']}&activity=idrija-iap-2025:5.1.1")).json()
        assert (why["fits"], why["reasons_against"][0]["code"]) == (False, "nothing_in_common")

        await system.runtime.stores["funding"].database["matches"].delete_many({})
        before_it_is_matched = (await system.http.get(f"{path}&limit=200")).json()["items"]
        assert {each["activity_id"] for each in before_it_is_matched} == {each["activity_id"] for each in silent}
        page = await system.http.get(f"/funding/calls/{call['id']}", headers={"Accept": "text/html"})
        assert page.status_code == 200, "the page of a call can be opened before the call is matched"


async def test_a_reminder_puts_the_fit_back_on_its_day(settings: Settings) -> None:
    async with running(settings, "actions", "funding") as system:
        await _plan(system)
        call = await _typed_in(system)
        (one, *_) = await _fitting(system, call["id"])
        past = await _decide(system, f"matches/{one['id']}", choice="remind_me", remind_on="2020-01-01")
        assert past.json()["errors"][0]["field"] == "remind_on"
        later = await _decide(system, f"matches/{one['id']}", choice="remind_me", remind_on="2099-01-01")
        assert later.json()["decision"]["remind_on"]["value"] == "2099-01-01"
        matches = system.runtime.stores["funding"].database["matches"]
        await matches.update_one({"_id": one["id"]}, {"$set": {"decision.remind_on.value": "2026-01-01"}})
        (service,) = (each for each in system.runtime.services if each.name == "funding")
        await jobs.complete_matches(system.runtime.context(service))
        back = (await system.http.get(f"/api/funding/matches/{one['id']}")).json()
        assert (back["decision"], back["earlier"][-1]["choice"]) == (None, "remind_me")


async def test_the_board_decides_without_script_and_keeps_what_was_typed(settings: Settings) -> None:
    async with running(settings, "actions", "funding") as system:
        await _plan(system)
        call = await _typed_in(system)
        fits = await _fitting(system, call["id"])
        officer = {**system.as_("officer"), "Accept": "text/html", "Accept-Language": "en"}
        form = {"call": call["id"], "match": [each["id"] for each in fits], "choice": "not_for_us", "words": "my words"}
        refused = await system.http.post("/funding/decide", data=form, headers=officer)
        assert refused.status_code == 422
        assert f'href="#reason_code-{call["id"]}"' in refused.text
        assert 'value="my words"' in refused.text
        done = await system.http.post(
            "/funding/decide", data={**form, "reason_code": "other", "back": "/funding?theme=youth"}, headers=officer
        )
        assert done.status_code == 303
        shown = await system.http.get(done.headers["location"], headers=officer)
        assert "Everything is decided" not in shown.text, "a filter is set"
        assert 'action="/funding/undo"' in shown.text
        aside = (await system.http.get("/funding?state=not_for_us", headers=officer)).text
        assert CALL["title"] in aside
        assert "my words" in aside
        await system.http.post("/funding/undo", data={"match": form["match"]}, headers=officer)
        again = (await system.http.get("/funding", headers=officer)).text
        assert CALL["title"] in again
        apply = {"call": call["id"], "match": form["match"][:1], "choice": "apply"}
        opened = await system.http.post("/funding/decide", data=apply, headers=officer)
        assert opened.headers["location"] == f"/funding/applications/new?match={form['match'][0]}"
        assert (await system.http.get(opened.headers["location"], headers=officer)).status_code == 200
        await system.http.post("/funding/undo", data=apply, headers=officer)
        signed_out = (await system.http.get("/funding", headers={"Accept": "text/html"})).text
        assert CALL["title"] in signed_out
        assert "/funding/decide" not in signed_out
