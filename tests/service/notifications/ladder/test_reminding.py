"""Reminders on real servers: the nearest step once, on the call as it stands, until somebody has applied."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import Any

from contracts.examples import EXAMPLES
from contracts.funding import CallFacts
from kit.clock import now
from kit.embedded import Mail, list_mail
from kit.service import Context, load
from kit.settings import Settings
from kit.store import Store, Work
from services.notifications.alerts import Alert
from services.notifications.calendars.dates import Dates, Entry
from services.notifications.calendars.store import keep
from services.notifications.ladder.reminding import remind_of_deadlines
from services.notifications.ladder.store import APPLICATIONS
from services.notifications.matters.store import WATERMARKS
from services.notifications.people.person import Person
from services.notifications.people.store import PEOPLE, kept
from services.notifications.store import ALERTS, SILENCES
from services.notifications.subscriptions import Subscription
from services.notifications.subscriptions.store import SUBSCRIPTIONS, document_of
from services.notifications.timing.wishes import DeliveryWishes
from tests.conftest import running
from tests.service.notifications.matters.test_told import say
from tests.waiting import until

OFFICER = Person(id="officer@idrija.example", address="officer@idrija.example", delivery=DeliveryWishes(at="00:00"))
DAY = timedelta(days=1)


def told(name: str, days_ago: int, deadline_in: int) -> Alert:
    call = CallFacts(call_id=name, title=f"Razpis {name}", source="ministry", deadline=now() + deadline_in * DAY)
    at = now() - days_ago * DAY
    return Alert(
        alert_id=f"alert-{name}",
        person=OFFICER.id,
        subscriptions=("all",),
        call=call,
        raised_at=at,
        not_before=None,
        settled_at=at,
        state="delivered",
    )


async def reminders(store: Store) -> dict[str, str]:
    found = store[ALERTS].find({"kind": "deadline_near"}, sort=[("raised_at", 1)])
    return {each["call"]["call_id"]: each["state"] async for each in found}


async def left_out(store: Store, call_id: str) -> list[tuple[str, str]]:
    found = store[SILENCES].find({"call_id": call_id, "kind": "deadline_near"})
    return sorted([(each["reason"]["evidence"].split(" d")[0], each["reason"]["code"]) async for each in found])


async def test_reminders_climb_down_the_ladder_until_somebody_applied(settings: Settings, servers: Any) -> None:
    by_hand = replace(load("notifications"), jobs=[])
    async with running(settings, by_hand, "funding") as system:
        store = system.runtime.stores["notifications"]
        context = Context(store, settings)

        async def put(work: Work) -> None:
            work.put(WATERMARKS, {"_id": "reminders", "since": now() - 90 * DAY})
            work.put(PEOPLE, kept(OFFICER))
            work.put(SUBSCRIPTIONS, document_of(Subscription(id="all", person=OFFICER.id)))
            for alert in (told("near", 20, 5), told("moved", 20, 5), told("new", 0, 5), told("applied", 20, 5)):
                work.save(ALERTS, alert)
            dismissed = told("dismissed", 20, 5).decide("not_for_us", by=OFFICER.id, now=work.now, reason="premalo")
            work.save(ALERTS, dismissed)
            entry = Entry(key="deadline-1", kind="deadline", at=now() + 90 * DAY, modified_at=now())
            dates = Dates(id="call:moved", about="call", title="x", path="/x", modified_at=now(), call_id="moved")
            keep(work, dates.model_copy(update={"entries": (entry,)}))

        await store.transact(put)
        submitted = EXAMPLES["cinnabar.funding.application.state_changed.v1"].model_copy(
            update={"call_id": "applied", "after": "submitted", "application_id": "app-1"}
        )
        await say(system, submitted, 4)

        async def heard() -> bool:
            return await store[APPLICATIONS].count_documents({}) == 1

        await until(heard)
        await asyncio.gather(*(remind_of_deadlines(context) for _ in range(3)))
        await remind_of_deadlines(context)

        async def mailed() -> list[Mail]:
            return [mail for mail in list_mail(servers.mail_dir) if "Opomnik" in (mail.subject or "")]

        (mail,) = await until(mailed)
        assert (mail.subject or "").startswith("Opomnik, rok ")
        assert "Razpis near" in (mail.subject or "")
        assert "vas opominjamo na njegov rok" in (mail.text or "").replace("\r\n", " ")
        assert set(await reminders(store)) == {"near"}
        assert await left_out(store, "near") == [("14", "overtaken"), ("30", "told_then"), ("60", "told_then")]
        assert await left_out(store, "moved") == [], "ninety days are none of its steps"
        assert {code for _, code in await left_out(store, "new")} == {"told_then"}
        assert ("7", "applied") in await left_out(store, "applied")
        assert ("7", "dismissed") in await left_out(store, "dismissed")

        audit = await system.http.get("/api/notifications/audit?call=near", headers=system.as_("operator"))
        (trail,) = audit.json()["items"]
        said = [step["evidence"] or "" for step in trail["steps"]]
        assert any(each.startswith("14 d, ") for each in said), "the trail tells which step was left out, and why"
        inbox = await system.http.get("/inbox", headers=system.as_("officer") | {"Accept-Language": "en"})
        assert "deadline near" in inbox.text
        assert len(await mailed()) == 1
