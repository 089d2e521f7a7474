"""The overview is rebuilt beside the live one, while events flow and somebody reads."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from decimal import Decimal
from typing import Any

from kit.replaying import replay
from kit.service import load
from kit.settings import Settings
from services.reporting.figures import tell_figures
from services.reporting.store import ACTIVITIES, COMMITMENTS
from tests.conftest import Running, running
from tests.service.reporting.conftest import publish, read_model
from tests.service.reporting.story import commitment, said, the_story
from tests.waiting import until

REPORTING = replace(load("reporting"), jobs=())


async def _overview(system: Running) -> dict[str, Any]:
    answer = await system.http.get("/api/reporting/overview", headers=system.as_("viewer"))
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def _committed(overview: dict[str, Any]) -> Decimal:
    return Decimal(overview["actions"][0]["committed"]["known"]["amount"])


async def _heard(system: Running) -> None:
    async def look() -> bool:
        streams = ("ACTIONS", "FUNDING", "SENSORS", "NOTIFICATIONS")
        infos = [await system.runtime.bus.jetstream.consumers_info(stream) for stream in streams]
        return all(each.num_pending == 0 and each.num_ack_pending == 0 for some in infos for each in some)

    await until(look)


async def _outgoing(system: Running) -> list[str]:
    rows = system.runtime.stores["reporting"].database["outbox"]
    return [row["_id"] async for row in rows.find({}, sort=[("_id", 1)])]


@asynccontextmanager
async def _meanwhile(*work: Any) -> AsyncIterator[None]:
    tasks = [asyncio.create_task(each) for each in work]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        ended = await asyncio.gather(*tasks, return_exceptions=True)
        assert [each for each in ended if not isinstance(each, asyncio.CancelledError)] == []


async def test_a_damaged_overview_is_rebuilt_while_events_flow_and_nobody_notices(settings: Settings) -> None:
    async with running(settings, REPORTING) as system:
        store = system.runtime.stores["reporting"]
        await publish(system, the_story())
        await _heard(system)
        whole = await read_model(store)
        await tell_figures(system.runtime.context(REPORTING))
        told = await _outgoing(system)
        assert told
        damaged = {"$set": {"commitment.amount.amount": Decimal("1.00")}}
        await store[COMMITMENTS].update_one({"_id": "money-1"}, damaged)
        await store[ACTIVITIES].update_many({}, {"$unset": {"stage": 1}})
        seen = [_committed(await _overview(system))]
        new = 0
        enough, last_is_said = asyncio.Event(), asyncio.Event()

        async def events() -> None:
            nonlocal new
            while not enough.is_set():
                await publish(system, [said(commitment(f"new-{new}", "1.1.1", "1.00"), 1)])
                new += 1
                await asyncio.sleep(0.01)
            last_is_said.set()
            await asyncio.Event().wait()

        async def reader() -> None:
            while True:
                seen.append(_committed(await _overview(system)))

        said_by_replay: list[str] = []
        async with _meanwhile(events(), reader()):
            await replay(REPORTING, settings, said_by_replay.append)
            at_switch = new

            async def more() -> bool:
                return new >= at_switch + 20

            await until(more)
            enough.set()
            await last_is_said.wait()
        await _heard(system)

        assert store.database.number == 1
        assert "a second" in said_by_replay[-1]
        assert seen == sorted(seen)
        assert _committed(await _overview(system)) == 25000 + new
        rebuilt = await read_model(store)
        assert {name: rebuilt[name] for name in rebuilt if name != "commitments"} == {
            name: whole[name] for name in whole if name != "commitments"
        }
        assert [each for each in rebuilt["commitments"] if each["_id"].startswith("money")] == whole["commitments"]
        assert await _outgoing(system) == told


async def test_a_figure_that_is_the_same_after_the_rebuild_is_not_told_again(settings: Settings) -> None:
    async with running(settings, REPORTING) as system:
        await publish(system, the_story())
        await _heard(system)
        context = system.runtime.context(REPORTING)
        await tell_figures(context)
        told = await _outgoing(system)
        await replay(REPORTING, settings, lambda words: None)
        await tell_figures(context)
        assert await _outgoing(system) == told
