"""Who looks at the inbox hears of their own alerts, from whichever process, and of nobody else's."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

import httpx

from contracts.envelope import Envelope
from contracts.examples import EXAMPLES
from contracts.funding import CallMatchedV1
from kit.clock import uuid7
from kit.settings import Settings
from tests.service.notifications.streams.reader import Served, served
from tests.waiting import until


@asynccontextmanager
async def looking(process: Served, who: str, *, again: bool = False) -> AsyncIterator[list[str]]:
    """The words an open inbox hears."""
    heard: list[str] = []
    headers = process.as_(who) | ({"Last-Event-ID": "changed"} if again else {})
    async with (
        httpx.AsyncClient(timeout=60) as client,
        client.stream("GET", f"{process.url}/inbox/live", headers=headers) as answer,
    ):
        assert answer.headers["content-type"].startswith("text/event-stream")
        lines = answer.aiter_lines()
        assert (await anext(lines)).startswith("retry: ")

        async def hear() -> None:
            async for line in lines:
                if line.startswith("data: "):
                    heard.append(line.removeprefix("data: "))

        hearing = asyncio.create_task(hear())
        yield heard
        hearing.cancel()
        await asyncio.wait([hearing])


async def test_an_open_inbox_hears_of_its_own_alerts_from_another_process(settings: Settings) -> None:
    matched = EXAMPLES["cinnabar.funding.call.matched.v1"]
    assert isinstance(matched, CallMatchedV1)
    deadline = datetime(2099, 3, 31, tzinfo=UTC)
    event = matched.model_copy(update={"call": matched.call.model_copy(update={"deadline": deadline})})
    async with served(settings) as one, served(settings) as other, httpx.AsyncClient() as http:
        await http.post(f"{one.url}/api/notifications/subscriptions", json={}, headers=one.as_("officer"))
        async with (
            looking(one, "officer") as here,
            looking(other, "officer") as there,
            looking(one, "viewer") as nobodys,
            looking(one, "viewer", again=True) as back,
        ):
            envelope = Envelope(uuid7(), "idrija", event.match_id, 1, datetime.now(UTC), event, uuid7())
            await one.runtime.bus.jetstream.publish(envelope.nats_subject, envelope.encode(), stream="FUNDING")

            async def both() -> Any:
                return here and there

            await until(both)
            assert (nobodys, back) == ([], ["changed"]), "who was away is told once: something may have come"
        counted = await http.get(f"{one.url}/inbox/count", headers=one.as_("officer"))
        assert counted.json() == {"count": 1}
        page = await http.get(f"{one.url}/inbox", headers=one.as_("officer"))
        assert 'data-stream="/inbox/live"' in page.text
