"""What the plan says by itself as days go by, as it reaches whom it concerns."""

from __future__ import annotations

import re
from typing import Any

from contracts.values import LocalText
from kit.embedded import Mail, list_mail
from kit.service import Context
from kit.settings import Settings
from kit.store import Work
from services.actions.jobs import tell_overdue
from services.notifications.people.department import Department
from services.notifications.people.person import Person
from services.notifications.people.store import DEPARTMENTS, PEOPLE, kept
from tests.conftest import EXAMPLE, Running, running
from tests.waiting import until

COORDINATOR = "coordinator@idrija.example"
LATE = "idrija-iap-2025:3.1.2"


def plan(due: str) -> bytes:
    """The plan with another date for activity 3.1.2."""
    text = (EXAMPLE / "plan.yaml").read_text("utf-8")
    before, number, after = text.partition("      - number: 3.1.2\n")
    dated = re.sub(r'due: \{value: 2026\}, phrase: "2026"', f'due: {{value: {due}}}, phrase: "{due}"', after, count=1)
    return (before + number + dated).encode()


async def staffed(system: Running) -> None:
    """The coordinator belongs to the department that the plan calls the municipality."""
    name = LocalText(sl="Oddelek za razvoj", en="Development")

    async def put(work: Work) -> None:
        work.put(DEPARTMENTS, kept(Department(id="development", name=name, also=("Municipality of Idrija",))))
        work.put(PEOPLE, kept(Person(id=COORDINATOR, address=COORDINATOR, department="development")))

    await system.runtime.stores["notifications"].transact(put)


async def imported(system: Running, due: str) -> None:
    answer = await system.http.post("/api/actions/plans", content=plan(due), headers=system.as_("coordinator"))
    assert answer.status_code == 201, answer.text


async def test_what_is_overdue_is_told_once_for_each_date(settings: Settings, servers: Any) -> None:
    async with running(settings, "actions", "notifications") as system:
        await staffed(system)
        store = system.runtime.stores["actions"]

        async def days_go_by(*, told: int) -> None:
            for _ in range(2):
                await tell_overdue(Context(store, settings))
            said = {"subject": "cinnabar.idrija.actions.activity.overdue.v1"}
            assert await store.database["outbox"].count_documents(said) == told

        async def mails() -> list[Mail]:
            return [mail for mail in list_mail(servers.mail_dir) if "Zamuda aktivnosti" in (mail.subject or "")]

        await imported(system, "2025")
        await days_go_by(told=1)
        (mail,) = await until(mails)
        assert mail.to == (COORDINATOR,)
        assert "3.1.2" in (mail.text or "") and "2025" in (mail.text or "")
        page = await system.http.get("/plan/activities/3.1.2", headers=system.as_("viewer"))
        assert ">zamuja<" in page.text

        await imported(system, "2024-06")
        await days_go_by(told=2)

        async def alerts(count: int, *, over: bool) -> list[Any]:
            answer = await system.http.get("/api/notifications/alerts", headers=system.as_("coordinator"))
            told = [each for each in answer.json()["items"] if each["kind"] == "activity_overdue"]
            return told if len(told) == count and (not over or all(each["over"] for each in told)) else []

        await until(lambda: alerts(2, over=False))
        await imported(system, "2090")
        await until(lambda: alerts(2, over=True))

        await imported(system, "2023")
        await days_go_by(told=3)
        await until(lambda: alerts(3, over=False))
        completed = await system.http.patch(
            f"/api/actions/activities/{LATE}",
            json={"stage": "completed"},
            headers={**system.as_("coordinator"), "If-Match": "*"},
        )
        assert completed.status_code == 200, completed.text
        await until(lambda: alerts(3, over=True))
