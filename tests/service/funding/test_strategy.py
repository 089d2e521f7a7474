"""A quarter of the strategy over HTTP: looked at, consulted on, approved, frozen, and compared with the next one."""

from __future__ import annotations

from typing import Any

from kit.settings import Settings
from tests.conftest import Running, running
from tests.service.first_light.test_call_to_mail import CALL, _plan, _typed_in
from tests.waiting import until

STRATEGY = "/api/funding/strategy"


async def _current(system: Running) -> dict[str, Any]:
    answer = await system.http.get(STRATEGY, headers=system.as_("coordinator"))
    assert answer.status_code == 200, answer.text
    body: dict[str, Any] = answer.json()
    return body


async def _with_opportunities(system: Running, count: int) -> dict[str, Any]:
    async def seen() -> dict[str, Any] | None:
        current = await _current(system)
        return current if len(current["content"]["opportunities"]) == count else None

    found: dict[str, Any] = await until(seen)
    return found


async def _approve(system: Running, seen: str, **facts: Any) -> Any:
    form = {"seen": seen, "decided_by": "Usmerjevalni odbor", "decided_on": {"value": "2026-11"}, **facts}
    return await system.http.post(f"{STRATEGY}/revisions", json=form, headers=system.as_("approver"))


async def test_a_revision_is_frozen_and_the_next_one_starts_from_it(settings: Settings) -> None:
    async with running(settings, "actions", "funding") as system:
        officer, coordinator = system.as_("officer"), system.as_("coordinator")
        await _plan(system)
        call = await _typed_in(system)
        current = await _with_opportunities(system, 1)
        content = current["content"]
        assert content["opportunities"][0]["news"] == "new"
        assert content["opportunities"][0]["activities"][0]["own_share"]
        assert len(content["without_money"]) > 10

        sent = {"text": "Norveški finančni mehanizem", "organisation": "Lokalna skupina"}
        suggested = await system.http.post(f"{STRATEGY}/suggestions", json=sent, headers=system.as_("viewer"))
        assert suggested.status_code == 201
        current = await _current(system)
        refused = await _approve(system, current["digest"])
        assert (refused.status_code, refused.json()["errors"][0]["field"]) == (422, "suggestions")
        answer = f"{STRATEGY}/suggestions/{suggested.json()['id']}/answer"
        words = {"outcome": "later", "words": "Razpis še ni odprt."}
        assert (await system.http.post(answer, json=words, headers=system.as_("viewer"))).status_code == 403
        assert (await system.http.post(answer, json=words, headers=coordinator)).status_code == 200
        decision = {"text": "Občinski svet podpre prijavo.", "reference": "032-1/2026"}
        assert (await system.http.post(f"{STRATEGY}/decisions", json=decision, headers=coordinator)).status_code == 201

        stale = await _approve(system, current["digest"])
        assert stale.status_code == 409
        current = await _current(system)
        assert (await system.http.post(f"{STRATEGY}/revisions", json={}, headers=officer)).status_code == 403
        done = await _approve(system, current["digest"], reference="032-9/2026")
        assert done.status_code == 201, done.text
        revision = done.json()
        assert revision["content"]["suggestions"][0]["outcome"] == "later"

        async def told() -> Any:
            info = await system.runtime.bus.jetstream.stream_info("FUNDING", subjects_filter=">")
            return (info.state.subjects or {}).get("cinnabar.idrija.funding.strategy.revised.v1")

        assert await until(told) == 1

        path = f"/api/funding/calls/{call['id']}"
        second = await _typed_in(system, CALL | {"title": "Drugi razpis za makerspace in mlade", "url": None})
        known = (await system.http.get(path, headers=officer)).json()
        moved = await system.http.patch(
            path,
            json={"deadlines": [{"at": "2027-02-28T12:00:00+01:00", "kind": "single", "hour_stated": True}]},
            headers=officer | {"If-Match": f'"{known["version"]}"'},
        )
        assert moved.status_code == 200, moved.text
        following = (await _with_opportunities(system, 2))["content"]
        assert (following["previous"], following["log"]) == (revision["id"], [])
        news = {each["call_id"]: each for each in following["opportunities"]}
        assert news[second["id"]]["news"] == "new"
        assert news[call["id"]]["news"] == "changed"
        assert news[call["id"]]["changes"][0]["field"] == "deadline"

        path = f"{STRATEGY}/revisions/{revision['id']}"
        public = (await system.http.get(path)).json()
        frozen = (await system.http.get(path, headers=officer)).json()
        assert public["content"]["opportunities"] == frozen["content"]["opportunities"]
        assert [each["call_id"] for each in frozen["content"]["opportunities"]] == [call["id"]]
        assert len(frozen["content"]["log"]) == 1
        assert "approved_by" not in public
        assert all(each["by"] is None for each in public["content"]["log"])
        assert (await system.http.get(STRATEGY)).status_code == 401


async def test_the_pages_work_by_forms_alone_and_name_what_is_wrong(settings: Settings) -> None:
    page = "/funding/strategy"
    async with running(settings, "actions", "funding") as system:
        assert "Ni prenove za prikaz" in (await system.http.get(page)).text
        viewer, officer, approver = (system.as_(who) for who in ("viewer", "officer", "approver"))
        empty = await system.http.post(f"{page}/suggestions", data={"text": ""}, headers=viewer)
        assert empty.status_code == 422
        wrong = await system.http.post(f"{page}/suggestions", data={"text": "Sklad", "address": "x"}, headers=viewer)
        assert (wrong.status_code, 'id="address-error"' in wrong.text) == (422, True)
        sent = await system.http.post(f"{page}/suggestions", data={"text": "Sklad <b>za</b> mesta"}, headers=viewer)
        assert sent.status_code == 303
        listed = (await system.http.get(f"{page}/suggestions", headers=officer)).text
        assert "Sklad &lt;b&gt;za&lt;/b&gt; mesta" in listed
        action = listed.partition('action="/funding/strategy/suggestions/')[2].partition('"')[0]
        answered = await system.http.post(
            f"{page}/suggestions/{action}", data={"outcome": "taken", "words": "Že beremo."}, headers=officer
        )
        assert answered.status_code == 303
        saved = await system.http.post(
            f"{page}/summary", data={"version": "0", "summary": "Na kratko"}, headers=officer
        )
        assert saved.status_code == 303
        again = await system.http.post(f"{page}/summary", data={"version": "0", "summary": "Drugo"}, headers=officer)
        assert (again.status_code, "Drugo" in again.text) == (422, True)
        draft = (await system.http.get(page, headers=approver)).text
        seen = draft.partition('name="seen" value="')[2].partition('"')[0]
        undated = await system.http.post(page, data={"seen": seen, "decided_by": "Odbor"}, headers=approver)
        assert (undated.status_code, 'id="decided_on-error"' in undated.text) == (422, True)
        form = {"seen": seen, "decided_by": "Odbor", "decided_on": "2026-11-20"}
        done = await system.http.post(page, data=form, headers=approver)
        assert done.status_code == 303
        frozen = (await system.http.get(done.headers["location"])).text
        assert "Na kratko" in frozen
        assert "Potrdi in zamrzni" not in frozen
