"""Digests on real servers: one mail for all that waited, whoever looks at once, whatever dies when."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from email import message_from_bytes
from typing import Any

from contracts.funding import CallFacts
from kit.clock import now
from kit.embedded import Mail, list_mail
from kit.service import Context
from kit.settings import Settings
from kit.store import Store, Work
from services.notifications.alerts import Alert
from services.notifications.channels.email import Accepted, EmailChannel
from services.notifications.digests.closing import close_digest
from services.notifications.digests.mail import DigestLinks, compose_digest
from services.notifications.digests.sending import LEASE, repeat_doubtful, send_digest
from services.notifications.digests.store import DIGESTS
from services.notifications.people.person import Person
from services.notifications.people.store import PEOPLE, kept
from services.notifications.reasons import reason
from services.notifications.store import ALERTS
from services.notifications.subscriptions import Subscription
from services.notifications.subscriptions.store import SUBSCRIPTIONS, document_of
from services.notifications.timing.wishes import DeliveryWishes
from tests.conftest import running
from tests.waiting import until

OFFICER = Person(
    id="officer@idrija.example", address="officer@idrija.example", delivery=DeliveryWishes(cadence="morning")
)
CLOSED_LONG_AGO = {"closed_at": now() - timedelta(days=30)}
WAITS = reason("morning_digest", "Čaka.", "Waits.")


def waiting(name: str, days_ago: int = 10, deadline_in: int = 40) -> Alert:
    """An alert that was put off to a morning which is long over: nothing ran since."""
    raised = now() - timedelta(days=days_ago)
    call = CallFacts(
        call_id=name, title=f"Razpis {name}", source="ministry", deadline=now() + timedelta(days=deadline_in)
    )
    return Alert(
        alert_id=f"alert-{name}",
        person=OFFICER.id,
        subscriptions=("all",),
        call=call,
        raised_at=raised,
        not_before=raised + timedelta(days=1),
        waits=WAITS,
    )


async def stored(store: Store, *alerts: Alert) -> None:
    async def put(work: Work) -> None:
        work.put(PEOPLE, kept(OFFICER))
        work.put(SUBSCRIPTIONS, document_of(Subscription(id="all", person=OFFICER.id)))
        for alert in alerts:
            work.save(ALERTS, alert)

    await store.transact(put)


async def states(store: Store) -> dict[str, str]:
    return {each["_id"].removeprefix("alert-"): each["state"] async for each in store[ALERTS].find({})}


def message_id(servers: Any, mail: Mail) -> str:
    message = message_from_bytes((servers.mail_dir / mail.file).read_bytes())
    return str(message["Message-ID"]).strip("<>").partition("@")[0]


async def test_after_an_outage_one_digest_tells_all_that_waited(settings: Settings, servers: Any) -> None:
    async with running(settings, "notifications") as system:
        store = system.runtime.stores["notifications"]
        await stored(
            store,
            *(waiting(f"call-{number:02}", days_ago=8 + number) for number in range(12)),
            waiting("over", deadline_in=-2),
        )

        async def arrived() -> list[Mail]:
            return list_mail(servers.mail_dir)

        (mail,) = await until(arrived)
        assert (mail.subject or "").startswith("Povzetek (12)")
        assert (mail.text or "").count("Zakaj to prejemate") == 10

        async def settled() -> bool:
            return set((await states(store)).values()) == {"delivered", "withheld"}

        await until(settled)
        alerts = (await system.http.get("/api/notifications/alerts?limit=50", headers=system.as_("officer"))).json()
        told = [alert for alert in alerts["items"] if alert["state"] == "delivered"]
        assert len(told) == 12
        assert len({alert["message_id"] for alert in told}) == 1, "each was delivered by the digest"
        (over,) = [alert for alert in alerts["items"] if alert["state"] == "withheld"]
        assert over["withheld"]["code"] == "deadline_passed_waiting"

        token = "digest/" + (mail.text or "").split("/inbox/unsubscribe/digest/")[1].split()[0]
        assert (await system.http.get(f"/inbox/unsubscribe/{token}")).status_code == 200
        assert await store[SUBSCRIPTIONS].count_documents({"enabled": True}) == 1, "opening a link changes nothing"
        left = await system.http.post(f"/inbox/unsubscribe/{token}", data={"List-Unsubscribe": "One-Click"})
        assert left.status_code == 200
        assert await store[SUBSCRIPTIONS].count_documents({"enabled": True}) == 0
        assert (await system.http.post("/inbox/unsubscribe/digest/forged.token")).status_code == 404
        assert len(list_mail(servers.mail_dir)) == 1


async def test_replicas_racing_make_one_digest_and_a_crash_repeats_its_message_id(
    settings: Settings, servers: Any
) -> None:
    by_hand = settings.model_copy(update={"smtp_url": ""})
    async with running(by_hand, "notifications") as system:
        store = system.runtime.stores["notifications"]
        context = Context(store, settings)
        channel = EmailChannel(settings.smtp_url)
        await stored(store, waiting("one"), waiting("two"))
        closed = [each for each in await asyncio.gather(*(close_digest(store, OFFICER) for _ in range(5))) if each]
        assert len(closed) == 1
        assert {alert.alert_id for alert in closed[0].alerts} == {"alert-one", "alert-two"}

        # The sender dies after the server has accepted; nobody knows. What came up since is no part of the repeat.
        first = compose_digest(
            closed[0].digest,
            closed[0].alerts,
            OFFICER,
            subscriptions=closed[0].subscriptions,
            links=DigestLinks(inbox="http://testserver/inbox", delivery="http://testserver/inbox/delivery"),
            sender=settings.mail_from,
            municipality=settings.municipality_name,
            now=now(),
        )
        assert isinstance(await channel.deliver(first), Accepted)
        await stored(store, waiting("three"))
        long_ago = now() - LEASE - timedelta(seconds=1)
        await store[DIGESTS].update_one({}, {"$set": {"sending_since": long_ago, **CLOSED_LONG_AGO}})
        await asyncio.gather(*(repeat_doubtful(context) for _ in range(3)))
        mail, again = list_mail(servers.mail_dir)
        assert message_id(servers, mail) == message_id(servers, again) == closed[0].digest.digest_id
        assert await states(store) == {"one": "delivered", "two": "delivered", "three": "gathering"}
        assert "Razpis three" not in (mail.text or "")

        # A server that refuses for now gets the next attempt as things stand by then.
        nobody = EmailChannel("smtp://127.0.0.1:1", timeout=2)
        await send_digest(context, nobody, OFFICER)
        assert (await states(store))["three"] == "deferred"
        await stored(store, waiting("four"))
        await store[DIGESTS].update_many({}, {"$set": CLOSED_LONG_AGO})
        await store[ALERTS].update_one({"_id": "alert-three"}, {"$set": {"not_before": now()}})
        await send_digest(context, channel, OFFICER)
        await send_digest(context, channel, OFFICER)
        second = next(each for each in list_mail(servers.mail_dir) if each.file not in (mail.file, again.file))
        assert (second.subject or "").startswith("Povzetek (2)")
        assert set((await states(store)).values()) == {"delivered"}
        assert len(list_mail(servers.mail_dir)) == 3, "nothing to say is no mail"
        await channel.close()
