"""While a mail is with the server: an alert that changes makes no second one; a sender that dies makes the same again.

Between the server's acceptance and our note of it a mail can go twice; SMTP knows no remedy (RFC 1047). It is the one
place, and the Message-ID is the same both times.
"""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import sys
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from pathlib import Path
from typing import Any

import pytest
from pymongo import AsyncMongoClient

from contracts.envelope import Envelope
from contracts.examples import EXAMPLES
from contracts.funding import CallMatchedV1
from kit.clock import uuid7
from kit.embedded.mailsink import MailSink
from kit.settings import Settings
from services.notifications import alerts, postman
from tests.conftest import Running, running
from tests.waiting import until

DEADLINE = datetime.now(UTC).replace(microsecond=0) + timedelta(days=90)


class SlowSink(MailSink):
    """Accepts a mail only once it is `free`."""

    def __init__(self, directory: Path) -> None:
        super().__init__(directory)
        self.reached, self.free = asyncio.Event(), asyncio.Event()

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802 - aiosmtpd's
        self.reached.set()
        await self.free.wait()
        return await super().handle_DATA(server, session, envelope)


@pytest.fixture
async def sink(tmp_path: Path) -> AsyncIterator[SlowSink]:
    slow = SlowSink(tmp_path / "slow")
    await slow.start()
    yield slow
    slow.free.set()
    await slow.stop()


async def _fits(system: Running, activity: str) -> None:
    """The example call fits one more activity."""
    example = EXAMPLES["cinnabar.funding.call.matched.v1"]
    assert isinstance(example, CallMatchedV1)
    call = example.call.model_copy(update={"deadline": DEADLINE})
    event = example.model_copy(update={"match_id": f"match-{activity}", "activity_id": activity, "call": call})
    envelope = Envelope(uuid7(), "idrija", event.match_id, 1, datetime.now(UTC), event, correlation_id=uuid7())
    await system.runtime.bus.jetstream.publish(envelope.nats_subject, envelope.encode(), stream="FUNDING")


async def test_another_fit_meanwhile_sends_no_second_mail(
    settings: Settings, sink: SlowSink, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postman, "LEASE", timedelta(0))
    slow = settings.model_copy(update={"smtp_url": sink.url})
    async with running(slow, "notifications") as system:
        await system.http.post("/api/notifications/subscriptions", json={}, headers=system.as_("officer"))
        alerts = system.runtime.stores["notifications"].database["alerts"]
        await _fits(system, "2.1.1")
        await sink.reached.wait()
        await _fits(system, "2.1.2")

        async def both_known() -> bool:
            return any(len(alert["fits"]) == 2 for alert in await alerts.find().to_list(None))

        await until(both_known)
        sink.free.set()

        async def at_rest() -> Any:
            return await alerts.find_one({"state": {"$in": ["delivered", "deferred", "failed"]}})

        assert (await until(at_rest))["state"] == "delivered"
        assert len(list(sink.directory.glob("*.eml"))) == 1


async def test_a_sender_that_is_asked_to_stop_sees_its_mail_through(settings: Settings, sink: SlowSink) -> None:
    """Cut off between the server's acceptance and the note, every upgrade would send some mails twice."""
    slow = settings.model_copy(update={"smtp_url": sink.url})

    async def accept_once_it_stops(system: Running) -> None:
        async def stops() -> bool:
            return "start-up" in await system.runtime.waiting_for()

        await until(stops)
        sink.free.set()

    async with running(slow, "notifications") as system:
        await system.http.post("/api/notifications/subscriptions", json={}, headers=system.as_("officer"))
        await _fits(system, "2.1.1")
        await sink.reached.wait()
        accepting = asyncio.create_task(accept_once_it_stops(system))
    await accepting
    async with AsyncMongoClient[dict[str, Any]](settings.mongo_url) as mongo:
        (alert,) = await mongo["cinnabar_notifications"]["alerts"].find().to_list(None)
    assert (alert["state"], alert["attempts"]) == ("delivered", 1)
    assert len(list(sink.directory.glob("*.eml"))) == 1


async def test_a_death_between_acceptance_and_note_repeats_the_same_mail(
    settings: Settings, servers: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with running(settings.model_copy(update={"smtp_url": ""}), "notifications") as system:
        await system.http.post("/api/notifications/subscriptions", json={}, headers=system.as_("officer"))
        await _fits(system, "2.1.1")

        async def raised() -> Any:
            return await system.runtime.stores["notifications"].database["alerts"].find_one({"state": "gathering"})

        await until(raised)
    sender = await _doomed(settings.model_copy(update={"embedded": False}), "mailed")
    try:
        assert await sender.wait() == -signal.SIGKILL
    finally:
        if sender.returncode is None:
            sender.kill()
    (first,) = servers.mail_dir.glob("*.eml")

    monkeypatch.setattr(postman, "LEASE", timedelta(0))
    monkeypatch.setattr(alerts, "RETRY_AFTER", (timedelta(0),) * 3)
    async with running(settings, "notifications") as system:
        stored = system.runtime.stores["notifications"].database["alerts"]

        async def delivered() -> Any:
            return await stored.find_one({"state": "delivered"})

        alert = await until(delivered)
        (_, second) = sorted(servers.mail_dir.glob("*.eml"))
        assert _message_id(first) == _message_id(second) == alert["message_id"]
        assert (alert["attempts"], alert["may_have_left"]) == (2, True)
        said = await system.runtime.stores["notifications"].database["outbox"].find().to_list(None)
        told = [row for row in said if "alert.delivered" in str(row)]
        assert len(told) == 1, "delivered is said once"


def _message_id(mail: Path) -> str:
    return str(message_from_bytes(mail.read_bytes())["Message-ID"])


async def _doomed(settings: Settings, point: str) -> asyncio.subprocess.Process:
    """A process of the service that dies at a point, ready to hear."""
    listener = socket.create_server(("127.0.0.1", 0))
    port = listener.getsockname()[1]
    listener.close()
    own = settings.model_copy(update={"port": port, "host": "127.0.0.1"})
    environment = {f"CINNABAR_{name.upper()}": _written(getattr(own, name)) for name in Settings.model_fields}
    return await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.chaos.process", "--die", point, "--", "run", "notifications"),
        env=os.environ | environment,
    )


def _written(value: Any) -> str:
    return value.get_secret_value() if hasattr(value, "get_secret_value") else str(value)
