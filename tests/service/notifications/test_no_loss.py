"""After an outage everything is told once, as it stands now: of our own service, and then of the mail server."""

from __future__ import annotations

import re
import socket
from datetime import timedelta
from pathlib import Path
from typing import Any

from contracts.examples import EXAMPLES
from contracts.funding import FieldChange
from kit.clock import now
from kit.embedded import list_mail
from kit.embedded.mailsink import MailSink
from kit.settings import Settings
from services.notifications.store import ALERTS
from tests.conftest import Running, running
from tests.service.notifications.saying import say
from tests.waiting import until

AGO = timedelta(hours=5)
CALLS = 30


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def example(name: str, **changes: Any) -> Any:
    return EXAMPLES[f"cinnabar.funding.{name}.v1"].model_copy(update=changes)


async def what_happened(system: Running, number: int) -> None:
    """A call fits two activities, its deadline moves twice, and every second call closes again."""
    facts = example("call.matched").call.model_copy(
        update={"call_id": f"call-{number}", "title": f"Razpis {number}.", "deadline": now() + timedelta(days=40)}
    )
    for activity in ("2.1.1", "2.1.2"):
        fit = {"match_id": f"match-{number}-{activity}", "activity_id": activity, "activity_number": activity}
        await say(system, example("call.matched", call=facts, **fit), 1, ago=AGO)
    for version, days in ((2, 50), (3, 60)):
        before, deadline = facts.deadline, now() + timedelta(days=days)
        facts = facts.model_copy(update={"deadline": deadline})
        change = FieldChange(field="deadline", before=f"{before:%F}", after=f"{deadline:%F}", material=True)
        changed = example("call.changed", call=facts, call_id=facts.call_id, changes=[change])
        await say(system, changed, version, ago=AGO - timedelta(hours=1))
    if number % 2:
        over = {"call_id": facts.call_id, "title": facts.title, "because": "source"}
        await say(system, example("call.closed", **over), 4, ago=AGO - timedelta(hours=2))


async def test_an_outage_is_caught_up_once(settings: Settings, tmp_path: Path) -> None:
    port = free_port()
    settings = settings.model_copy(update={"smtp_url": f"smtp://127.0.0.1:{port}"})
    async with running(settings, "notifications") as before:
        answer = await before.http.post("/api/notifications/subscriptions", json={}, headers=before.as_("officer"))
        assert answer.status_code == 201, answer.text
    async with running(settings, "funding") as meanwhile:
        for number in range(CALLS):
            await what_happened(meanwhile, number)
    sink = MailSink(tmp_path / "mails", port=port)
    async with running(settings, "notifications") as system:
        alerts = system.runtime.stores["notifications"][ALERTS]

        async def tried_in_vain() -> int:
            return int(await alerts.count_documents({"refusal": {"$ne": None}}))

        await until(tried_in_vain)
        await sink.start()
        try:

            async def all_sent() -> bool:
                left = await alerts.count_documents({"state": {"$in": ["gathering", "deferred", "sending"]}})
                return not left

            await until(all_sent, seconds=60)
            sent = list_mail(sink.directory)
        finally:
            await sink.stop()
        delivered = await alerts.find({"state": "delivered"}).to_list(None)
        assert sorted(each["call"]["call_id"] for each in delivered) == sorted(f"call-{n}" for n in range(0, CALLS, 2))
        assert {each["kind"] for each in delivered} == {"call_matched"}, "what changed meanwhile is in the first mail"
        assert all(len(each["fits"]) == 2 for each in delivered)
        assert {(each["call"]["deadline"] - now()).days for each in delivered} <= {59, 60}, "told as it stands now"
        assert 1 <= len(sent) < CALLS // 2, "collapsed"
        text = "\n".join(mail.text or "" for mail in sent)
        told = [int(number) for number in re.findall(r"Razpis (\d+)\.", text)]
        assert not [number for number in told if number % 2], "what closed again meanwhile is no mail's"
        for number in range(CALLS):
            path = f"/api/notifications/audit?call=call-{number}"
            (trail,) = (await system.http.get(path, headers=system.as_("operator"))).json()["items"]
            assert trail["outcome"] in ({"withheld", "silent"} if number % 2 else {"told"})
            assert trail["steps"]
