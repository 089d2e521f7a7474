"""Decisions over HTTP and by their pages, and whom they reach."""

from __future__ import annotations

from typing import Any

from contracts.values import LocalText
from kit.embedded import Mail, list_mail
from kit.settings import Settings
from kit.store import Work
from services.notifications.people.department import Department
from services.notifications.people.person import Person
from services.notifications.people.store import DEPARTMENTS, PEOPLE, kept
from tests.conftest import EXAMPLE, running
from tests.waiting import until

OFFICER = "officer@idrija.example"
FORM = {
    "body": "Občinski svet",
    "decided_on": {"value": "2026-11-12"},
    "title": "Podcast studio <b>najprej</b>",
    "text": "Delavnica sledi, ko bo denar zanjo.",
    "reference": "15/2026",
    "activities": ["2.1.1"],
}


async def test_a_decision_is_recorded_and_told(settings: Settings, servers: Any) -> None:
    async with running(settings, "actions", "notifications") as system:
        coordinator, viewer = system.as_("coordinator"), system.as_("viewer")

        async def staff(work: Work) -> None:
            name = LocalText(sl="Oddelek za razvoj", en="Development")
            work.put(DEPARTMENTS, kept(Department(id="development", name=name, also=("Municipality of Idrija",))))
            work.put(PEOPLE, kept(Person(id=OFFICER, address=OFFICER, department="development")))

        await system.runtime.stores["notifications"].transact(staff)
        await system.http.post("/api/actions/plans", content=(EXAMPLE / "plan.yaml").read_bytes(), headers=coordinator)
        assert "Zapisane ni nobene odločitve" in (await system.http.get("/plan/decisions", headers=viewer)).text

        assert (await system.http.post("/api/actions/decisions", json=FORM, headers=viewer)).status_code == 403
        sent = {**coordinator, "Idempotency-Key": "decision-1"}
        first, again = [await system.http.post("/api/actions/decisions", json=FORM, headers=sent) for _ in range(2)]
        assert (first.status_code, again.json()["id"]) == (201, first.json()["id"]), first.text
        same = await system.http.post("/api/actions/decisions", json=FORM, headers=coordinator)
        assert (same.status_code, same.json()["errors"][0]["field"]) == (409, "reference")
        listed = await system.http.get("/api/actions/decisions?activity=2.1.1", headers=viewer)
        assert [each["id"] for each in listed.json()["items"]] == [first.json()["id"]]

        async def mails() -> list[Mail]:
            return [mail for mail in list_mail(servers.mail_dir) if "Odločitev organa" in (mail.subject or "")]

        (mail,) = await until(mails)
        assert mail.to == (OFFICER,)
        assert "Občinski svet" in (mail.text or "") and "<b>najprej" not in (mail.html or "")

        page = await system.http.get("/plan/activities/2.1.1", headers=viewer)
        assert "&lt;b&gt;najprej" in page.text
        assert (await system.http.get("/plan/decisions/new", headers=viewer)).status_code == 403
        form = {"body": "Mayor", "decided_on": "2026-11-20", "title": "Donatorji", "activities": ["2.1.1", "2.1.2"]}
        refused = await system.http.post("/plan/decisions/new", data=form, headers=coordinator)
        assert refused.status_code == 422 and "To polje je prazno: izpolnite ga." in refused.text
        done = await system.http.post("/plan/decisions/new", data={**form, "text": "Prosimo jih."}, headers=coordinator)
        assert done.status_code == 303, done.text
        shown = await system.http.get(done.headers["location"], headers=viewer)
        assert "Prosimo jih." in shown.text and "2.1.2" in shown.text
