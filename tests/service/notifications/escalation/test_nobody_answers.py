"""Nobody answers: the next is asked, once, until somebody does; and when nobody is left, that is an alarm."""

from __future__ import annotations

import asyncio
import re
from datetime import timedelta
from typing import Any

from contracts.funding import CallFacts
from contracts.values import PartialDate
from kit import metrics
from kit.clock import now
from kit.embedded import Mail, list_mail
from kit.example import EXAMPLE
from kit.service import Context
from kit.settings import Settings
from kit.store import Work
from services.notifications.alerts import Alert
from services.notifications.answers.reminding import remind_people
from services.notifications.escalation.chasing import chase_answers
from services.notifications.escalation.watching import tell
from services.notifications.matters.store import WATERMARKS
from services.notifications.people.example import put_people
from services.notifications.store import ALERTS
from services.notifications.subscriptions import Subscription
from services.notifications.subscriptions.store import SUBSCRIPTIONS, document_of
from tests.conftest import running
from tests.waiting import until

OFFICER, DEPUTY, HEAD, DIRECTOR = (
    f"{name}@idrija.example" for name in ("officer", "viewer", "coordinator", "director")
)
LONG_AGO = timedelta(days=20)


def told(name: str, ago: timedelta = LONG_AGO) -> Alert:
    call = CallFacts(call_id=name, title=f"Razpis {name}", source="ministry", deadline=now() + timedelta(days=40))
    at = now() - ago
    return Alert(
        alert_id=f"alert-{name}",
        person=OFFICER,
        subscriptions=("all",),
        call=call,
        raised_at=at,
        not_before=None,
        settled_at=at,
        state="delivered",
    )


async def test_the_next_is_asked_until_somebody_answers(settings: Settings, servers: Any) -> None:
    async with running(settings, "notifications") as system:
        store, http = system.runtime.stores["notifications"], system.http
        context = Context(store, settings)

        async def put(work: Work) -> None:
            put_people(EXAMPLE, work)
            work.put(SUBSCRIPTIONS, document_of(Subscription(id="all", person=OFFICER)))
            work.save(ALERTS, told("one"))
            work.put(WATERMARKS, {"_id": "escalation", "since": now() - 2 * LONG_AGO})
            work.save(ALERTS, told("of last year", ago=3 * LONG_AGO))

        async def mail_to(person: str, title: str) -> Mail | None:
            found = [
                each for each in list_mail(servers.mail_dir) if person in each.to and title in (each.subject or "")
            ]
            assert len(found) <= 1, "nobody is asked twice"
            return found[0] if found else None

        async def time_is_up(alert_id: str) -> None:
            await store[ALERTS].update_one({"_id": alert_id}, {"$set": {"chase.answer_by": now()}})
            await asyncio.gather(*(chase_answers(context) for _ in range(3)))

        async def alert(alert_id: str) -> Any:
            return (await http.get(f"/api/notifications/alerts/{alert_id}", headers=system.as_("coordinator"))).json()

        await store.transact(put)
        found = await http.get("/api/notifications/people?q=kavcic", headers=system.as_("coordinator"))
        assert [each["name"] for each in found.json()["items"]] == ["Maja Kavčič"], (
            "found without the marks of its letters"
        )
        await http.get("/inbox", headers=system.as_("operator"))
        await asyncio.gather(*(chase_answers(context) for _ in range(3)))
        asked = await until(lambda: mail_to(DEPUTY, "Razpis one"))
        assert (asked.subject or "").startswith("Namesto kolega")
        assert "Maja Kavčič" in (asked.text or "")
        await chase_answers(context)
        assert [step["person"] for step in (await alert("alert-one"))["chase"]["steps"]] == [DEPUTY], "time to answer"

        await time_is_up("alert-one")
        second = await until(lambda: mail_to(HEAD, "Razpis one"))
        assert "Vida Bralec: vprašan-a" in (second.text or "")
        token = re.findall(r"/inbox/answer/([\w-]+)", (asked.text or "").replace("=\n", ""))[0]
        assert (await http.post(f"/inbox/answer/{token}")).status_code == 303
        first = await alert("alert-one")
        assert (first["decision"]["choice"], first["decision"]["by"]) == ("apply", DEPUTY)
        assert first["chase"]["state"] == "ended"
        listed = await http.get("/api/notifications/alerts?call=one", headers=system.as_("coordinator"))
        decided = [each["decision"] and each["decision"]["choice"] for each in listed.json()["items"]]
        assert decided == ["apply"] * 3, "one answer settles everybody who was asked"
        assert await mail_to(DEPUTY, "of last year") is None, "what was raised before answers were chased is history"
        await time_is_up("alert-one")
        assert await mail_to(DIRECTOR, "Razpis one") is None

        today = now().date().isoformat()
        for person in ("viewer", "director"):
            away = await http.post(
                f"/api/notifications/people/{person}@idrija.example/absences",
                json={"first": today, "last": today},
                headers=system.as_("coordinator"),
            )
            assert away.status_code == 201, away.text

        async def second_call(work: Work) -> None:
            work.save(ALERTS, told("two"))

        await store.transact(second_call)
        await chase_answers(context)
        await until(lambda: mail_to(HEAD, "Razpis two"))
        assert await mail_to(DEPUTY, "Razpis two") is None, "who is away is passed over at once"
        await time_is_up("alert-two")
        alarm = await until(lambda: mail_to("operator@idrija.example", "Razpis two"))
        assert "Irena Mlakar" in (alarm.text or "")
        await tell(store)
        assert metrics.UNANSWERED._value.get() == 1

        subjects = await system.runtime.bus.jetstream.stream_info("NOTIFICATIONS", subjects_filter=">")
        said = {subject.rsplit(".", 2)[1]: count for subject, count in (subjects.state.subjects or {}).items()}

        async def heard() -> Any:
            info = await system.runtime.bus.jetstream.stream_info("NOTIFICATIONS", subjects_filter=">")
            return (info.state.subjects or {}).get("cinnabar.idrija.notifications.alert.unanswered.v1") == 1

        await until(heard)
        assert said["escalated"] == 3
        trail, head = (await http.get("/api/notifications/audit?call=two", headers=system.as_("operator"))).json()[
            "items"
        ]
        assert (head["person"], head["asked"]) == (HEAD, True)
        steps = [step["text"]["en"] for step in trail["steps"]]
        assert any(step.startswith("passed over: deputy") for step in steps)
        assert any(step.startswith("no answer; asked: head") for step in steps)
        assert "nobody is left to ask" in steps

        mine = (await http.get("/api/notifications/alerts", headers=system.as_("operator"))).json()["items"]
        (raised,) = [each for each in mine if each["kind"] == "escalation" and each["person"].startswith("operator")]
        taken = await http.post(
            f"/api/notifications/alerts/{raised['id']}/decision",
            json={"choice": "taken"},
            headers=system.as_("operator"),
        )
        assert taken.status_code == 200, taken.text
        assert (await alert("alert-two"))["decision"]["choice"] == "taken"
        await tell(store)
        assert metrics.UNANSWERED._value.get() == 0

        async def put_off(work: Work) -> None:
            tomorrow = PartialDate(value=(now() + timedelta(days=1)).date().isoformat())
            alert = told("three").decide("remind_me", by=OFFICER, now=work.now, remind_on=tomorrow)
            work.save(ALERTS, alert.model_copy(update={"remind_at": work.now}))

        await store.transact(put_off)
        await asyncio.gather(*(remind_people(context) for _ in range(3)))
        reminder = await until(lambda: mail_to(OFFICER, "Razpis three"))
        assert (reminder.subject or "").startswith("Opomnik: ")
        assert (await alert("alert-three"))["decision"]["choice"] == "seen", "it waits again"


async def test_people_are_arranged_over_http(settings: Settings) -> None:
    async with running(settings, "notifications") as system:
        http, coordinator = system.http, system.as_("coordinator")
        base = "/api/notifications"

        async def put(work: Work) -> None:
            put_people(EXAMPLE, work)

        await system.runtime.stores["notifications"].transact(put)
        assert (await http.get(f"{base}/people", headers=system.as_("viewer"))).status_code == 403
        page = (await http.get(f"{base}/people?limit=3", headers=coordinator)).json()
        assert len(page["items"]) == 3
        assert page["next"]
        found = (await http.get(f"{base}/people?q=KAV&department=development", headers=coordinator)).json()["items"]
        assert [each["id"] for each in found] == [OFFICER]

        path = f"{base}/people/{OFFICER}"
        etag = (await http.get(path, headers=coordinator)).headers["ETag"]
        edit = {"deputy": "nobody@idrija.example"}
        refused = await http.patch(path, json=edit, headers=coordinator | {"If-Match": etag})
        assert (refused.status_code, refused.json()["errors"][0]["field"]) == (422, "deputy")
        assert (await http.patch(path, json={"deputy": OFFICER}, headers=coordinator)).status_code == 428
        edited = await http.patch(path, json={"answer_hours": 4}, headers=coordinator | {"If-Match": etag})
        assert (edited.json()["answer_hours"], edited.json()["deputy"]) == (4, DEPUTY), "what is left out stays"
        assert (await http.patch(path, json={}, headers=coordinator | {"If-Match": etag})).status_code == 412

        away = {"first": "2027-07-01", "last": "2027-07-14"}
        others = await http.post(f"{base}/people/{HEAD}/absences", json=away, headers=system.as_("officer"))
        assert others.status_code == 403
        mine = await http.post(f"{base}/people/me/absences", json=away, headers=system.as_("officer"))
        assert mine.status_code == 201
        again = await http.post(f"{base}/people/me/absences", json=away, headers=system.as_("officer"))
        assert again.json()["errors"][0]["field"] == "first"
        backwards = {"first": "2027-08-14", "last": "2027-08-01"}
        wrong = await http.post(f"{base}/people/me/absences", json=backwards, headers=system.as_("officer"))
        assert wrong.json()["errors"][0]["field"] == "last"
        taken = {"name": {"sl": "Drugi", "en": "Other"}, "also": ["municipality  of idrija"]}
        twice = await http.put(f"{base}/departments/other", json=taken, headers=coordinator)
        assert twice.json()["errors"][0]["field"] == "also", "a name means one department"
        for address in (
            "/inbox/people",
            f"/inbox/people/{OFFICER}",
            "/inbox/departments/social",
            "/inbox/organisation",
        ):
            assert (await http.get(address, headers=coordinator)).status_code == 200, address
