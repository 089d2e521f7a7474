"""Servers that go away, connections that close, loops that hang: recovery without a restart, and what tells of it."""

from __future__ import annotations

import asyncio
import os
import signal
from typing import Any

import pytest

from kit.bus import bus, in_hand, listener, pull
from kit.embedded import Embedded
from kit.settings import Settings
from kit.store import Work
from kit.store.outbox import OUTBOX
from tests.conftest import running
from tests.service.bus.toys import (
    Changed,
    answer_late,
    changed,
    effects,
    envelope,
    in_short,
    keeper,
    letters,
    say,
    send,
    sorted_effects,
    toy,
)
from tests.waiting import until


async def test_events_said_while_nats_is_away_arrive_once_it_is_back(settings: Settings, empty: Embedded) -> None:
    assert empty.nats is not None
    keys = [f"e{number}" for number in range(30)]
    async with running(settings, toy("actions"), toy("notifications", keeper())) as run:
        empty.nats.process.kill()
        try:
            await say(run.runtime, *(changed(key) for key in keys))
            assert (await run.http.get("/readyz")).json()["waiting_for"] == ["NATS"]
            assert (await run.http.get("/healthz")).status_code == 200
        finally:
            await empty.nats.start()
        await sorted_effects(run.runtime, keys)
        state = (await run.runtime.bus.jetstream.stream_info("ACTIONS")).state
        assert state.messages == len(keys)


async def test_events_wait_for_a_database_that_is_away_and_cost_no_attempts(
    settings: Settings, empty: Embedded
) -> None:
    assert empty.mongo is not None
    keys = [f"e{number}" for number in range(30)]
    async with running(settings, toy("notifications", keeper())) as run:
        empty.mongo.process.kill()
        try:
            await send(run.runtime, *(envelope(key) for key in keys))
            (waiting,) = run.runtime.bus._listeners

            async def held() -> bool:
                return waiting._consumer.breaker.is_open

            await until(held)
            assert run.runtime.stuck() == []
        finally:
            await empty.mongo.start()
        await sorted_effects(run.runtime, keys)
        assert await letters(run.runtime) == []


async def test_stopping_without_a_server_ends(settings: Settings, empty: Embedded) -> None:
    assert empty.nats is not None
    async with running(in_short(settings, grace_seconds=0.5), toy("actions"), toy("notifications", keeper())) as run:
        empty.nats.process.kill()
        await say(run.runtime, changed("a"))
    try:
        assert run.runtime.bus.client.is_closed
    finally:
        await empty.nats.start()
    async with running(settings, toy("actions"), toy("notifications", keeper())) as run:
        await sorted_effects(run.runtime, ["a"])


async def test_a_connection_closed_for_good_ends_the_process_and_blocks_nothing(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[tuple[int, int]] = []
    monkeypatch.setattr(os, "kill", lambda pid, number: asked.append((pid, number)))
    async with running(settings, toy("notifications", keeper())) as run:
        await run.runtime.bus.client.close()
        for _ in range(20):
            await asyncio.sleep(0.01)
        assert asked == [(os.getpid(), signal.SIGTERM)]


async def test_the_client_never_gives_up_and_soon_notices_a_dead_link(settings: Settings) -> None:
    async with running(settings, toy("notifications")) as run:
        options = run.runtime.bus.client.options
        assert options["max_reconnect_attempts"] == -1
        assert options["ping_interval"] * options["max_outstanding_pings"] <= 60


async def test_a_loop_that_no_longer_turns_fails_the_health_check(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with running(settings, toy("notifications", keeper())) as run:
        assert (await run.http.get("/healthz")).status_code == 200

        async def hang(*args: Any, **kwargs: Any) -> None:
            await asyncio.Event().wait()

        (listening,) = run.runtime.bus._listeners
        monkeypatch.setattr(listening._pull, "fetch", hang)
        monkeypatch.setattr(listener, "STUCK_AFTER", 1.5)

        async def unhealthy() -> Any:
            answer = await run.http.get("/healthz")
            return answer.json() if answer.status_code == 503 else None

        assert (await until(unhealthy))["stuck"] == ["notifications_keep"]


async def test_work_longer_than_the_server_waits_is_not_begun_twice(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(in_hand.InHand.__init__.__kwdefaults__, "alive_every", 0.2)
    begun: list[str] = []

    async def slowly(event: Changed, work: Work) -> None:
        begun.append(event.activity_id)
        await asyncio.sleep(2.5)

    async with running(settings, toy("notifications", keeper(first=slowly))) as run:
        await answer_late(run.runtime, ack_wait=1.0)
        await send(run.runtime, envelope("a"))
        await sorted_effects(run.runtime, ["a"])
    assert begun == ["a"]


async def test_a_lost_acknowledgement_is_answered_by_the_inbox(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    from kit.bus.delivery import Delivery

    deliveries: list[int] = []
    acknowledge = Delivery.ack

    async def lose_the_first(self: Delivery) -> None:
        deliveries.append(self.delivered)
        if self.delivered > 1:
            await acknowledge(self)

    monkeypatch.setattr(Delivery, "ack", lose_the_first)
    async with running(settings, toy("notifications", keeper())) as run:
        await answer_late(run.runtime, ack_wait=0.5)
        await send(run.runtime, envelope("a"))

        async def twice() -> bool:
            return len(deliveries) == 2

        await until(twice)
        assert await effects(run.runtime) == ["a"]


async def test_what_is_unfinished_at_the_end_of_the_grace_time_goes_to_a_replica_at_once(settings: Settings) -> None:
    """The server itself would wait 30 s for an answer; `until` gives up before."""
    keys = [f"e{number}" for number in range(30)]
    hung = asyncio.Event()

    async def hang(event: Changed, work: Work) -> None:
        hung.set()
        await asyncio.Event().wait()

    async with running(in_short(settings, grace_seconds=0.2), toy("notifications", keeper(first=hang))) as run:
        await send(run.runtime, *(envelope(key) for key in keys))
        await asyncio.wait_for(hung.wait(), 30)
    async with running(settings, toy("notifications", keeper())) as run:

        async def all_there() -> bool:
            return len(await effects(run.runtime)) == len(keys)

        await until(all_there, seconds=20)


async def test_what_can_be_finished_within_the_grace_time_is_finished(settings: Settings) -> None:
    begun = asyncio.Event()

    async def take_a_moment(event: Changed, work: Work) -> None:
        begun.set()
        await asyncio.sleep(0.3)
        work.emit(changed("told"), sequence=1)

    async with running(settings, toy("notifications", keeper(first=take_a_moment))) as run:
        await send(run.runtime, envelope("a"))
        await asyncio.wait_for(begun.wait(), 30)
        runtime = run.runtime
    async with running(settings, toy("notifications")) as run:
        assert await effects(run.runtime) == ["a"]
        row = await run.runtime.stores["notifications"].database[OUTBOX.name].find_one({})
        assert row["state"] == "sent"
    assert not runtime.bus.connected


async def test_a_stopping_process_takes_no_more(settings: Settings) -> None:
    async with running(settings, toy("notifications", keeper())) as run:
        await run.runtime.bus.finish()
        await send(run.runtime, envelope("a"))
        info = await run.runtime.bus.jetstream.consumer_info("ACTIONS", "notifications_keep")
        assert (info.num_pending, info.num_ack_pending) == (1, 0)


async def test_nothing_goes_on_after_the_end_also_when_what_ran_failed(settings: Settings) -> None:
    before = asyncio.all_tasks()
    with pytest.raises(LookupError):
        async with running(settings, toy("notifications", keeper())) as run:
            raise LookupError("what a test or a start may end with")
    assert run.runtime.bus.client.is_closed

    async def nothing() -> bool:
        return not {task.get_name() for task in asyncio.all_tasks() - before if not task.done()}

    await until(nothing)


async def test_a_lone_event_waits_for_no_company(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """FastStream would wait for a full batch otherwise, up to its time-out, each time; here that would be an hour."""
    for module, name in ((bus, "REQUEST_SECONDS"), (pull, "REQUEST_SECONDS"), (pull, "TURN_SECONDS")):
        monkeypatch.setattr(module, name, 3600.0)
    async with running(settings, toy("notifications", keeper())) as run:
        await send(run.runtime, envelope("a"))
        await sorted_effects(run.runtime, ["a"])
        await send(run.runtime, envelope("b"))
        await sorted_effects(run.runtime, ["a", "b"])


@pytest.mark.parametrize("room", [2, 8])
async def test_no_more_is_taken_than_one_can_hold(settings: Settings, room: int) -> None:
    gate, at_once, most = asyncio.Event(), 0, 0

    async def hold(event: Changed, work: Work) -> None:
        nonlocal at_once, most
        at_once += 1
        most = max(most, at_once)
        await gate.wait()
        at_once -= 1

    keys = [f"e{number}" for number in range(40)]
    async with running(settings, toy("notifications", keeper(first=hold, at_once=room))) as run:
        await send(run.runtime, *(envelope(key) for key in keys))

        async def full() -> bool:
            return at_once == room

        await until(full)
        info = await run.runtime.bus.jetstream.consumer_info("ACTIONS", "notifications_keep")
        assert info.num_ack_pending == room
        gate.set()
        await sorted_effects(run.runtime, keys)
    assert most == room


async def test_the_server_still_acknowledges_over_the_subjects_our_permissions_name(settings: Settings) -> None:
    """`$JS.ACK.<stream>.<consumer>...`: the newer form has two more parts, and other permissions."""
    async with running(settings, toy("notifications", keeper())) as run:
        await run.runtime.bus.finish()
        await send(run.runtime, envelope("a"))
        pull = await run.runtime.bus.jetstream.pull_subscribe_bind(consumer="notifications_keep", stream="ACTIONS")
        (message,) = await pull.fetch(1, timeout=30)
        assert message.reply.split(".")[:4] == ["$JS", "ACK", "ACTIONS", "notifications_keep"]
        assert len(message.reply.split(".")) == 9
