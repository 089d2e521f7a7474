"""A person chooses when and how: over HTTP and on the page; what waits follows at once, and nothing leaves twice."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from kit.clock import now
from kit.embedded import list_mail
from kit.settings import Settings
from services.notifications.people.person import Person
from services.notifications.store import ALERTS
from services.notifications.subscriptions import Subscription
from services.notifications.subscriptions.store import SUBSCRIPTIONS, document_of
from tests.conftest import running
from tests.unit.notifications.digests.test_digest import bare
from tests.waiting import until

API = "/api/notifications/delivery"
OFFICER = "officer@idrija.example"


async def test_what_waits_follows_the_wishes_of_its_person(settings: Settings, servers: Any) -> None:
    async with running(settings, "notifications") as system:
        store, headers = system.runtime.stores["notifications"], system.as_("officer")
        first = await system.http.get(API, headers=headers)
        assert (first.json()["cadence"], first.json()["waiting"]) == ("instant", 0)
        assert first.json()["because"] is None

        refused = await system.http.put(API, json={"cadence": "hourly"}, headers=headers)
        assert refused.json()["errors"][0]["field"] == "cadence"
        missing = await system.http.put(API, json={"cadence": "weekly"}, headers=headers)
        assert missing.status_code == 428
        zone = await system.http.put(
            API, json={"zone": "Idrija"}, headers=headers | {"If-Match": first.headers["ETag"]}
        )
        assert zone.json()["errors"][0]["field"] == "zone"

        weekly = {"cadence": "weekly", "weekday": 3, "zone": "America/New_York", "language": "en"}
        chosen = await system.http.put(API, json=weekly, headers=headers | {"If-Match": first.headers["ETag"]})
        assert chosen.status_code == 200, chosen.text
        assert chosen.json()["because"]["code"] == "weekly_digest"

        raised = now()
        alerts = [bare(name, raised).model_copy(update={"person": OFFICER, "subscriptions": ("all",)}) for name in "ab"]

        async def put(work: Any) -> None:
            work.put(SUBSCRIPTIONS, document_of(Subscription(id="all", person=OFFICER)))
            for alert in alerts:
                work.save(ALERTS, alert)

        await store.transact(put)

        def both_wait(code: str) -> Callable[[], Awaitable[bool]]:
            async def look() -> bool:
                return await store[ALERTS].count_documents({"waits.code": code}) == 2

            return look

        await until(both_wait("weekly_digest"))
        page = await system.http.get("/inbox/delivery", headers=headers | {"Accept-Language": "en"})
        assert "2 things wait" in page.text
        inbox = await system.http.get("/inbox", headers=headers | {"Accept-Language": "en"})
        assert "In the weekly digest" in inbox.text
        assert list_mail(servers.mail_dir) == []

        async def rhythm(cadence: str | None) -> None:
            path, match = "/api/notifications/subscriptions/all", headers | {"If-Match": "*"}
            assert (await system.http.patch(path, json={"cadence": cadence}, headers=match)).status_code == 200

        await rhythm("morning")

        await until(both_wait("morning_digest"))
        await rhythm(None)
        known = Person.model_validate(await store.database["people"].find_one({"_id": OFFICER}))
        form = {"version": str(known.version), "cadence": "instant", "at": "08:00", "country": "SI", "hours": "some"}
        form |= {"zone": "Europe/Ljubljana", "language": "sl", "hours_1": "nonsense"}
        wrong = await system.http.post("/inbox/delivery", data=form, headers=headers)
        assert wrong.status_code == 422
        assert "nonsense" in wrong.text, "what was typed stays"
        saved = await system.http.post("/inbox/delivery", data=form | {"hours": "any"}, headers=headers)
        assert saved.status_code == 303, saved.text

        async def delivered() -> bool:
            return await store[ALERTS].count_documents({"state": "delivered"}) == 2

        await until(delivered)
        (mail,) = list_mail(servers.mail_dir)
        assert (mail.subject or "").startswith("Povzetek (2)"), "one digest in the language chosen, no single mails"
        lost = await system.http.post("/inbox/delivery", data=form | {"hours": "any"}, headers=headers)
        assert lost.status_code == 412, "somebody changed it meanwhile"
