"""An alert that changes while its mail is with the server: the mail went, and must not go again."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from contracts.envelope import Envelope
from contracts.examples import EXAMPLES
from contracts.funding import CallMatchedV1
from kit.clock import uuid7
from kit.embedded.mailsink import MailSink
from kit.settings import Settings
from services.notifications import postman
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
