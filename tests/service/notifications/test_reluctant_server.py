"""From the alert to a mail server that is reluctant: greylisting, a dead mailbox, a line that breaks after the data."""

from __future__ import annotations

from datetime import timedelta
from email import message_from_bytes
from typing import Any

import pytest

from kit.settings import Settings
from services.notifications import alerts
from tests.conftest import running
from tests.service.notifications.suppression.test_returned_mail import matched
from tests.service.notifications.test_email_channel import HANG_UP, MailSink, serve
from tests.waiting import until


async def test_what_the_server_puts_off_arrives_and_what_it_refuses_is_said(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(alerts, "RETRY_AFTER", (timedelta(0),) * 4)
    async for sink in serve(MailSink()):
        async with running(settings.model_copy(update={"smtp_url": sink.url}), "notifications") as system:
            await system.http.post("/api/notifications/subscriptions", json={}, headers=system.as_("officer"))

            async def becomes(call_id: str, state: str) -> dict[str, Any]:
                async def there() -> Any:
                    path = f"/api/notifications/alerts?call={call_id}"
                    items = (await system.http.get(path, headers=system.as_("officer"))).json()["items"]
                    return next((each for each in items if each["state"] == state), None)

                found: dict[str, Any] = await until(there)
                return found

            sink.answers = {"RCPT": ["450 4.2.0 Greylisted, come back later"]}
            await matched(system, "call-greylisted")
            greylisted = await becomes("call-greylisted", "delivered")
            assert (greylisted["attempts"], len(sink.received)) == (2, 1)

            sink.answers = {"RCPT": ["550 5.1.1 No such user"]}
            await matched(system, "call-refused")
            refused = await becomes("call-refused", "failed")
            assert (refused["attempts"], refused["refusal"]) == (1, "550 5.1.1 No such user")

            sink.answers = {"DATA": [HANG_UP]}
            await matched(system, "call-broken-off")
            broken = await becomes("call-broken-off", "delivered")
            ids = [str(message_from_bytes(mail)["Message-ID"]) for mail in sink.received[1:]]
            assert ids == [broken["message_id"]] * 2, "the server had it already, and can tell"
            assert broken["may_have_left"]
