"""A mail that comes back: its alert failed, its mailbox is written to no more until somebody says it is right."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any

from contracts.envelope import Envelope
from contracts.examples import EXAMPLES
from contracts.funding import CallMatchedV1
from kit.clock import uuid7
from kit.embedded import list_mail
from kit.settings import Settings
from tests.conftest import Running, running
from tests.unit.notifications.suppression.dsn import postfix
from tests.waiting import until

BOUNCES = "/api/notifications/bounces"
OFFICER = "officer@idrija.example"


async def matched(system: Running, call_id: str) -> None:
    example = EXAMPLES["cinnabar.funding.call.matched.v1"]
    assert isinstance(example, CallMatchedV1)
    call = example.call.model_copy(update={"call_id": call_id, "deadline": datetime(2099, 3, 31, tzinfo=UTC)})
    event = example.model_copy(update={"call": call, "match_id": f"match-{call_id}"})
    envelope = Envelope(uuid7(), "idrija", event.match_id, 1, datetime.now(UTC), event, correlation_id=uuid7())
    await system.runtime.bus.jetstream.publish(envelope.nats_subject, envelope.encode(), stream="FUNDING")


async def test_a_mail_that_comes_back_stops_the_next_until_somebody_lifts_it(settings: Settings, servers: Any) -> None:
    async with running(settings, "notifications") as system:
        await system.http.post("/api/notifications/subscriptions", json={}, headers=system.as_("officer"))

        async def alert(call_id: str, state: str) -> dict[str, Any]:
            async def there() -> Any:
                path = f"/api/notifications/alerts?call={call_id}"
                items = (await system.http.get(path, headers=system.as_("officer"))).json()["items"]
                return next((each for each in items if each["state"] == state), None)

            found: dict[str, Any] = await until(there)
            return found

        await matched(system, "call-one")
        first = await alert("call-one", "delivered")
        report = postfix(first["message_id"].strip("<>"))

        page = await system.http.get("/inbox/mailboxes?lang=en", headers=system.as_("operator"))
        key = re.search(r"X-Cinnabar-Key: ([0-9a-f]{64})", page.text)
        assert key is not None
        mail = {"Content-Type": "message/rfc822"}
        assert (await system.http.post(BOUNCES, content=report, headers=mail)).status_code == 401
        officers = mail | system.as_("officer")
        assert (await system.http.post(BOUNCES, content=report, headers=officers)).status_code == 403
        server = {"X-Cinnabar-Key": key.group(1)}
        away = await system.http.post(BOUNCES, content=b"Subject: away\r\n\r\nUntil Monday", headers=mail | server)
        assert (away.status_code, away.json()["errors"][0]["field"]) == (422, "body")
        forged = await system.http.post(BOUNCES, content=postfix("a@idrija.example"), headers=mail | server)
        assert forged.json()["items"][0]["outcome"] == "unknown", "a mail nobody sent stops nobody's mail"

        taken = await system.http.post(BOUNCES, content=report, headers=mail | server)
        assert [each["outcome"] for each in taken.json()["items"]] == ["suppressed"]
        failed = await alert("call-one", "failed")
        assert "User unknown" in failed["refusal"]
        await matched(system, "call-two")
        second = await alert("call-two", "withheld")
        assert second["withheld"]["code"] == "mailbox_suppressed"
        assert len(list_mail(servers.mail_dir)) == 1

        inbox = await system.http.get("/inbox?lang=en", headers=system.as_("officer"))
        assert f"No mail goes to {OFFICER}" in inbox.text
        stranger = await system.http.post(f"/api/notifications/mailboxes/{OFFICER}/lift", headers=system.as_("viewer"))
        assert stranger.status_code == 404
        lifted = await system.http.post(
            "/inbox/mailboxes/lift", data={"address": OFFICER}, headers=system.as_("officer")
        )
        assert lifted.headers["location"] == "/inbox"
        await matched(system, "call-three")
        await alert("call-three", "delivered")
        listed = await system.http.get("/api/notifications/mailboxes", headers=system.as_("operator"))
        (mailbox,) = listed.json()["items"]
        assert (mailbox["id"], mailbox["reason"], mailbox["lifted"][0]["by"]) == (OFFICER, None, OFFICER)
