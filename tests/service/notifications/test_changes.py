"""A call somebody was told of changes, is revoked and opens again: one mail each, and reasons where there is none."""

from __future__ import annotations

from typing import Any

from kit.embedded import Mail, list_mail
from kit.settings import Settings
from tests.conftest import Running, running
from tests.service.first_light.test_call_to_mail import CALL, _plan, _subscribed, _typed_in
from tests.waiting import until


async def _edited(system: Running, call_id: str, **changes: Any) -> None:
    path = f"/api/funding/calls/{call_id}"
    etag = (await system.http.get(path)).headers["ETag"]
    answer = await system.http.patch(path, json=changes, headers=system.as_("officer") | {"If-Match": etag})
    assert answer.status_code == 200, answer.text


async def test_what_becomes_of_a_call_is_told_once_each(settings: Settings, servers: Any) -> None:
    async with running(settings, "notifications", "actions", "funding") as system:
        await _subscribed(system)
        await _plan(system)
        call = await _typed_in(system)

        async def mails(count: int) -> list[Mail]:
            found = [mail for mail in list_mail(servers.mail_dir) if CALL["title"] in (mail.text or "")]
            return found if len(found) >= count else []

        async def silences(code: str) -> list[Any]:
            answer = await system.http.get(
                f"/api/notifications/silences?call={call['id']}&limit=100", headers=system.as_("officer")
            )
            return [each for each in answer.json()["items"] if each["reason"]["code"] == code]

        await until(lambda: mails(1))
        await _edited(system, call["id"], funder="Drugo ministrstvo")
        await until(lambda: silences("not_material"))
        await _edited(system, call["id"], deadlines=[{"at": "2027-03-15T12:00:00+01:00", "hour_stated": True}])
        both = await until(lambda: mails(2))
        (moved,) = [mail for mail in both if "spremenil" in (mail.subject or "")]
        text = (moved.text or "").replace("\u00a0", " ")
        assert "Prej: 31. marec 2027" in text
        assert "Zdaj: 15. marec 2027" in text
        await until(lambda: silences("known_fit"))

        await _edited(system, call["id"], status="withdrawn")
        three = await until(lambda: mails(3))
        assert any((mail.subject or "").startswith("Razpis je preklican") for mail in three)
        await _edited(system, call["id"], status="open")
        four = await until(lambda: mails(4))
        assert any((mail.subject or "").startswith("Razpis je znova odprt") for mail in four)

        async def reopening_told_once() -> list[Any]:
            return await silences("already_told")

        await until(reopening_told_once)
        assert len(await mails(4)) == 4
        alerts = (await system.http.get("/api/notifications/alerts", headers=system.as_("officer"))).json()["items"]
        assert sorted(alert["kind"] for alert in alerts) == [
            "call_changed",
            "call_matched",
            "call_reopened",
            "call_withdrawn",
        ]
        changed = next(alert for alert in alerts if alert["kind"] == "call_changed")
        page = await system.http.get(f"/inbox/{changed['id']}", headers=system.as_("officer"))
        assert "<del>" in page.text
        assert "<ins>15." in page.text

        audit = f"/api/notifications/audit?call={call['id']}"
        (trail,) = (await system.http.get(audit, headers=system.as_("operator"))).json()["items"]
        assert trail["outcome"] == "told"
        assert len([step for step in trail["steps"] if (step["evidence"] or "").startswith("<")]) == 4, (
            "four mails with their ids"
        )
        assert (await system.http.get(audit, headers=system.as_("viewer"))).json()["items"] == [], "not theirs"
        page = await system.http.get(f"/inbox/audit?call={call['id']}", headers=system.as_("operator"))
        assert trail["name"]["sl"] in page.text
        assert (await system.http.get("/api/notifications/audit", headers=system.as_("operator"))).status_code == 422
        assert any("entered by a person" in step["text"]["en"] for step in trail["steps"]), "from the source on"
        unknown = await system.http.get("/api/notifications/audit?call=nothing-known", headers=system.as_("operator"))
        assert (unknown.status_code, unknown.json()["errors"][0]["field"]) == (404, "call")
