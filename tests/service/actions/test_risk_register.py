"""The risk register over HTTP and by its pages, and what a due review and a review make people hear."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from kit.clock import now
from kit.embedded import Mail, list_mail
from kit.service import Context
from kit.settings import Settings
from kit.store import Work
from services.actions.risks.jobs import tell_reviews_due
from services.actions.store import PLANS
from services.notifications.people.person import Person
from services.notifications.people.store import PEOPLE, kept
from tests.conftest import EXAMPLE, running
from tests.waiting import until

OFFICER = "officer@idrija.example"
RISK = "/api/actions/risks/idrija-iap-2025:R3"


async def test_a_risk_is_reviewed_and_told(settings: Settings, servers: Any) -> None:
    async with running(settings, "actions", "notifications") as system:
        coordinator, viewer = system.as_("coordinator"), system.as_("viewer")
        store = system.runtime.stores["actions"]

        async def people(work: Work) -> None:
            work.put(PEOPLE, kept(Person(id=OFFICER, address=OFFICER)))

        await system.runtime.stores["notifications"].transact(people)
        empty = await system.http.get("/plan/risks", headers={**viewer, "Accept": "text/html"})
        assert "Nobeno tveganje ni vpisano" in empty.text
        plan = (EXAMPLE / "plan.yaml").read_bytes()
        await system.http.post("/api/actions/plans", content=plan, headers=coordinator)

        listed = await system.http.get("/api/actions/risks?limit=4", headers=viewer)
        assert len(listed.json()["items"]) == 4 and listed.json()["next"] is not None
        held = await system.http.get(RISK, headers=viewer)
        assert held.json()["rating"] == {"level": "high", "inherent": None, "residual": None}

        soon = (now() + timedelta(days=3)).date().isoformat()
        form = {"findings": "Dve prijavi tečeta.", "owner": OFFICER, "next_review": {"value": soon}}
        scored = {**form, "inherent": {"likelihood": 4, "impact": 5}, "residual": {"likelihood": 2, "impact": 4}}
        sent = {**coordinator, "Idempotency-Key": "review-1", "If-Match": held.headers["etag"]}
        assert (await system.http.post(f"{RISK}/reviews", json=scored, headers={**sent, **viewer})).status_code == 403
        for _ in range(2):
            answer = await system.http.post(f"{RISK}/reviews", json=scored, headers=sent)
            assert answer.status_code == 201, answer.text
        assert (answer.json()["rating"]["level"], len(answer.json()["reviews"])) == ("medium", 1)
        stale = {**sent, "Idempotency-Key": "review-2"}
        assert (await system.http.post(f"{RISK}/reviews", json=form, headers=stale)).status_code == 412
        current = {**coordinator, "If-Match": answer.headers["etag"]}
        wrong = {**form, "residual": {"likelihood": 5, "impact": 5}}
        refused = await system.http.post(f"{RISK}/reviews", json=wrong, headers=current)
        assert (refused.status_code, refused.json()["errors"][0]["field"]) == (422, "residual")

        def mails(words: str) -> Any:
            async def found() -> list[Mail]:
                return [mail for mail in list_mail(servers.mail_dir) if words in (mail.subject or "")]

            return found

        (mail,) = await until(mails("Pregled tveganja"))
        assert mail.to == (OFFICER,)
        assert "srednja, 8 od 25 (pred ukrepi 20)" in (mail.text or "")

        for _ in range(2):
            await tell_reviews_due(Context(store, settings))
        said = {"subject": "cinnabar.idrija.actions.risk.review_due.v1"}
        assert await store.database["outbox"].count_documents(said) == 1
        (mail,) = await until(mails("Rok pregleda tveganja"))
        assert mail.to == (OFFICER,) and "R3" in (mail.text or "")

        page = await system.http.get("/plan/risks/R3", headers=coordinator)
        assert "Dve prijavi tečeta." in page.text
        version = (await system.http.get(RISK, headers=viewer)).json()["version"]
        half = {"version": str(version), "findings": "", "inherent_likelihood": "3"}
        again = await system.http.post("/plan/risks/R3", data=half, headers=coordinator)
        assert again.status_code == 422 and "Ocena potrebuje verjetnost in posledice" in again.text
        typed = {"version": str(version), "findings": "Ničesar novega.", "state": "open"}
        done = await system.http.post("/plan/risks/R3", data=typed, headers=coordinator)
        assert done.status_code == 303, done.text
        register = await system.http.get("/plan/risks?lang=en", headers=viewer)
        assert "8 of 25 (before measures 20)" in register.text

        async def ended() -> list[Any]:
            answer = await system.http.get("/api/notifications/alerts", headers=system.as_("officer"))
            return [each for each in answer.json()["items"] if each["kind"] == "risk_review_due" and each["over"]]

        await until(ended)


async def test_a_plan_of_an_earlier_version_gets_its_register(settings: Settings) -> None:
    async with running(settings, "actions") as system:
        plan = (EXAMPLE / "plan.yaml").read_bytes()
        await system.http.post("/api/actions/plans", content=plan, headers=system.as_("coordinator"))
        store = system.runtime.stores["actions"]
        await store.database["risks"].delete_many({})
        await tell_reviews_due(Context(store, settings))
        assert await store.database["risks"].count_documents({"plan_version": 1}) == 6
        assert await store[PLANS].count_documents({}) == 1
