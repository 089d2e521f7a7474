"""The funding service with manners fit for a loopback server: no pauses, short patience."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import pytest

from kit.settings import Settings
from services.funding.app import service
from services.funding.polling.known import health_of
from services.funding.polling.manners import Manners
from services.funding.polling.schedule import poll
from services.funding.sources.source import Polled
from tests.conftest import Running, running

QUICK = Manners(pause=0, backoff=0.01, silence=0.5, connect=1, whole=2, private_addresses=True)


@pytest.fixture
async def funding(settings: Settings) -> AsyncIterator[Running]:
    async with running(settings, replace(service, jobs=[])) as started:
        yield started


async def poll_once(source: Polled, funding: Running, **manners: Any) -> dict[str, Any]:
    """One whole run of a source; the run as the API shows it."""
    store = funding.runtime.stores["funding"]
    health = await health_of(source.name, store)
    assert health is not None, f"{source.name} is not in the catalogue"
    await poll(source, health, store, funding.runtime.settings, replace(QUICK, **manners))
    answer = await funding.http.get(f"/api/funding/sources/{source.name}/runs?limit=1")
    assert answer.status_code == 200, answer.text
    return answer.json()["items"][0]  # type: ignore[no-any-return]


async def calls_of(funding: Running) -> dict[str, dict[str, Any]]:
    """Every stored call by its reference."""
    items = (await funding.http.get("/api/funding/calls?limit=200")).json()["items"]
    return {call["reference"] or call["title"]: call for call in items}


async def said(funding: Running) -> list[str]:
    """Types of everything the service has committed to saying, in order."""
    rows = funding.runtime.stores["funding"].database["outbox"].find({}, {"body": 1}, sort=[("_id", 1)])
    from contracts.envelope import attributes_of

    return [attributes_of(bytes(row["body"]))[0].type.removeprefix("cinnabar.funding.") async for row in rows]
