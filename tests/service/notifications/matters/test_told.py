"""What is no call reaches whom it concerns and who asks for it: by mail, in the inbox, in both languages."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from contracts.examples import EXAMPLES
from contracts.values import LocalText
from kit.clock import now
from kit.embedded import Mail, list_mail
from kit.settings import Settings
from kit.store import Work
from services.notifications.people.department import Department
from services.notifications.people.person import Person
from services.notifications.people.store import DEPARTMENTS, PEOPLE, kept
from tests.conftest import Running, running
from tests.service.notifications.saying import say
from tests.waiting import until

MARKUP = "Muzej <b>in</b> & <script>alert(1)</script>"
OFFICER, LEADER = "officer@idrija.example", "coordinator@idrija.example"
ECONOMY = LocalText(sl="Oddelek za gospodarstvo", en="Economy")


def example(name: str, **changes: Any) -> Any:
    return EXAMPLES[f"cinnabar.{name}.v1"].model_copy(update=changes)


async def staffed(system: Running) -> None:
    """The coordinator belongs to the department that leads; the officer subscribes to failing sources."""

    async def put(work: Work) -> None:
        work.put(
            DEPARTMENTS, kept(Department(id="economy", name=LocalText(sl="Oddelek za gospodarstvo", en="Economy")))
        )
        for user, department in ((OFFICER, None), (LEADER, "economy")):
            roles = ("funding-officer",) if user == OFFICER else ()
            work.put(PEOPLE, kept(Person(id=user, address=user, department=department, roles=roles)))

    await system.runtime.stores["notifications"].transact(put)
    form = {"kinds": ["source_failed"]}
    answer = await system.http.post("/api/notifications/subscriptions", json=form, headers=system.as_("officer"))
    assert answer.status_code == 201, answer.text


async def test_everything_else_is_told(settings: Settings, servers: Any) -> None:
    async with running(settings, "notifications", "funding", "actions", "sensors") as system:
        await staffed(system)

        def mails(to: str, words: str, count: int = 1) -> Callable[[], Any]:
            async def found() -> list[Mail]:
                fitting = [m for m in list_mail(servers.mail_dir) if m.to == (to,) and words in (m.subject or "")]
                return fitting if len(fitting) >= count else []

            return found

        async def alerts(who: str, **wanted: Any) -> list[Any]:
            answer = await system.http.get("/api/notifications/alerts", headers=system.as_(who))
            own = [each for each in answer.json()["items"] if each["person"].startswith(who)]
            return [each for each in own if all(each[name] == value for name, value in wanted.items())]

        state = example("funding.application.state_changed", title=MARKUP, deadline=None, changed_by=OFFICER)
        await say(system, state, 2)
        (mail,) = await until(mails(LEADER, "Novo stanje prijave"))
        assert "<script>" not in (mail.html or "") and "&lt;script&gt;" in (mail.html or "")
        assert "odločeno: prijava" in (mail.text or "") and "Odjava" not in (mail.text or "")
        (alert,) = await alerts("coordinator", kind="application_state")
        assert alert["mandatory"]
        page = await system.http.get(f"/inbox/{alert['id']}", headers=system.as_("coordinator"))
        assert "<script>alert" not in page.text
        assert "Takih obvestil ni mogoče izključiti" in page.text
        taken = await system.http.post(
            f"/api/notifications/alerts/{alert['id']}/decision",
            json={"choice": "taken"},
            headers=system.as_("coordinator"),
        )
        assert taken.json()["decision"]["choice"] == "taken", taken.text

        dates = system.runtime.stores["notifications"].database["calendar_dates"]

        async def known() -> Any:
            return await dates.find_one({"about": "application", "call_id": state.call_id})

        await until(known)
        await say(system, example("funding.call.withdrawn", call_id=state.call_id, title=state.call_title), 9)
        (over,) = await until(mails(LEADER, "Razpis je preklican"))
        assert "vodite prijavo" in (over.text or ""), "who applies hears the end of a call, told of it before or not"
        path = f"/api/notifications/audit?call={state.call_id}"
        trail = (await system.http.get(path, headers=system.as_("operator"))).json()["items"][-1]
        assert (trail["person"], trail["subscription"], trail["outcome"]) == (LEADER, "concerned", "told")

        failed = example("funding.source.failed", occurred_at=now())
        await say(system, failed, 1)
        await until(mails(OFFICER, "Napaka vira"))
        await say(system, failed, 2)
        await say(system, failed, 3)

        async def counted() -> list[Any]:
            return [each for each in await alerts("officer") if each["matter"] and each["matter"]["times"] == 3]

        (failing,) = await until(counted)
        await say(system, example("funding.source.recovered", occurred_at=now()), 4)

        async def closed() -> list[Any]:
            return [each for each in await alerts("officer") if each["over"]]

        assert [each["id"] for each in await until(closed)] == [failing["id"]]
        assert len(await mails(OFFICER, "Napaka vira")()) == 1
        inbox = await system.http.get("/inbox", headers=system.as_("officer"))
        assert "Vir spet daje razpise" in inbox.text

        # heard the other way round: what is over already is told to nobody, and that has a reason
        standings = system.runtime.stores["notifications"].database["matter_standings"]
        await say(system, example("funding.source.recovered", source="sedia", occurred_at=now()), 9)
        await until(lambda: standings.find_one({"sequence": 9, "over": True}))
        await say(system, example("funding.source.failed", source="sedia", occurred_at=now()), 8)

        async def explained() -> bool:
            answer = await system.http.get("/api/notifications/silences?limit=100", headers=system.as_("officer"))
            return "over_already" in [each["reason"]["code"] for each in answer.json()["items"]]

        assert await until(explained)
        assert len(await mails(OFFICER, "Napaka vira")()) == 1

        await say(system, example("notifications.webhook.disabled", owner=OFFICER), 1)
        await until(mails(OFFICER, "Izklop spletnega kavlja"))
        long_ago = example("funding.commitment.withdrawn", decision_reference="history")
        await say(system, long_ago, 1, ago=timedelta(days=400))

        async def history() -> list[Any]:
            answer = await system.http.get("/api/notifications/silences?limit=100", headers=system.as_("officer"))
            return [each for each in answer.json()["items"] if each["reason"]["code"] == "before_it_began"]

        assert await until(history)
