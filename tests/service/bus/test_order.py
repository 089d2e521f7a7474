"""Order within an entity, for handlers that ask for it: early events are parked, late ones change nothing."""

from __future__ import annotations

from typing import Any

import pytest

from kit.bus import order
from kit.bus.handlers import Permanent, Retry
from kit.settings import Settings
from kit.store import Work
from tests.conftest import running
from tests.service.bus.toys import EFFECTS, QUICK, Changed, envelope, keeper, letters, send, toy
from tests.waiting import until


async def heard(run: Any, key: str) -> list[int]:
    found = run.runtime.stores["notifications"][EFFECTS].find({"key": key}, sort=[("_id", 1)])
    return [document["sequence"] async for document in found]


async def test_early_events_wait_for_their_turn_and_hold_up_no_other_entity(settings: Settings) -> None:
    async with running(settings, toy("notifications", keeper(in_order=True))) as run:
        await send(run.runtime, envelope("a", 3), envelope("a", 2), envelope("b", 1))
        await until(lambda: heard(run, "b"))
        assert await heard(run, "a") == []
        await send(run.runtime, envelope("a", 1))
        await until(lambda: _equal(run, "a", [1, 2, 3]))
        assert await letters(run.runtime) == []


async def _equal(run: Any, key: str, expected: list[int]) -> bool:
    return await heard(run, key) == expected


async def test_waiting_costs_an_event_none_of_its_attempts(settings: Settings) -> None:
    """Two attempts are all it has; it is parked more often than that, fails once, and still makes it."""
    failed: list[int] = []

    async def fail_once(event: Changed, work: Work) -> None:
        if work.cause is not None and work.cause.sequence == 2 and not failed:
            failed.append(2)
            raise ValueError("once")

    handler = keeper(Retry(delays=(0.01,), jitter=0), fail_once, in_order=True)
    async with running(settings, toy("notifications", handler)) as run:
        await send(run.runtime, envelope("a", 2))

        async def often() -> bool:
            note = await run.runtime.stores["notifications"].database["attempts"].find_one({})
            return bool(note and note["excused"] >= 3)

        await until(often)
        await send(run.runtime, envelope("a", 1))
        await until(lambda: _equal(run, "a", [1, 2]))
        assert await letters(run.runtime) == []
    assert failed == [2]


async def test_waiting_has_an_end(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(order, "PATIENCE", 0.5)
    async with running(settings, toy("notifications", keeper(QUICK, in_order=True))) as run:
        await send(run.runtime, envelope("a", 2))
        (letter,) = await until(lambda: letters(run.runtime))
        assert letter.code == "out_of_order"
        assert "event 1 has not taken effect" in letter.reason
        await send(run.runtime, envelope("a", 1))
        await until(lambda: heard(run, "a"))
        await run.runtime.bus.dead_letters.redrive(letter)
        await until(lambda: _equal(run, "a", [1, 2]))


async def test_a_late_event_changes_nothing(settings: Settings) -> None:
    async with running(settings, toy("notifications", keeper(in_order=True))) as run:
        await send(run.runtime, envelope("a", 1))
        await until(lambda: heard(run, "a"))
        await send(run.runtime, envelope("a", 1), envelope("a", 2))
        await until(lambda: _equal(run, "a", [1, 2]))


async def test_after_a_failed_event_its_followers_wait_for_its_redrive(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    refusing = True

    async def refuse_first(event: Changed, work: Work) -> None:
        if refusing and work.cause is not None and work.cause.sequence == 1:
            raise Permanent("refused", "no")

    handler = keeper(QUICK, refuse_first, in_order=True)
    async with running(settings, toy("notifications", handler)) as run:
        await send(run.runtime, envelope("a", 1))
        (letter,) = await until(lambda: letters(run.runtime))
        await send(run.runtime, envelope("a", 2))
        refusing = False
        await run.runtime.bus.dead_letters.redrive(letter)
        await until(lambda: _equal(run, "a", [1, 2]))


async def test_two_replicas_keep_the_order_together(settings: Settings) -> None:
    expected = list(range(1, 8))
    handler = keeper(in_order=True)
    async with (
        running(settings, toy("notifications", handler)) as run,
        running(settings, toy("notifications", handler)),
    ):
        for sequence in reversed(expected):
            await send(run.runtime, envelope("a", sequence))
        await until(lambda: _equal(run, "a", expected))
        assert await letters(run.runtime) == []


async def test_who_asks_for_the_latest_is_not_told_of_what_came_before_it(settings: Settings) -> None:
    """The second event waits for its next attempt while the third takes effect; it is not heard any more then."""
    failed: list[int] = []

    async def fail_once(event: Changed, work: Work) -> None:
        if work.cause is not None and work.cause.sequence == 2 and not failed:
            failed.append(2)
            raise ValueError("once")

    handler = keeper(Retry(delays=(1.0,), jitter=0), fail_once, latest=True)
    async with running(settings, toy("notifications", handler)) as run:
        await send(run.runtime, envelope("a", 2))
        await until(lambda: _failed(failed))
        await send(run.runtime, envelope("a", 3), envelope("b", 1))
        await until(lambda: _equal(run, "a", [3]))

        async def all_answered() -> bool:
            info = await run.runtime.bus.jetstream.consumer_info("ACTIONS", "notifications_keep")
            return info.num_ack_pending == 0 and info.num_pending == 0

        await until(all_answered)
        assert (await heard(run, "a"), await heard(run, "b")) == ([3], [1])
        assert await letters(run.runtime) == []


async def test_two_replicas_agree_on_which_event_was_the_latest(settings: Settings) -> None:
    service = toy("notifications", keeper(latest=True))
    async with running(settings, service) as run, running(settings, service):
        for sequence in range(1, 21):
            await send(run.runtime, envelope("a", sequence), envelope("b", 21 - sequence))

        async def both_ended() -> bool:
            return (await heard(run, "a"))[-1:] == [20] and 20 in await heard(run, "b")

        await until(both_ended)
        for key in ("a", "b"):
            assert await heard(run, key) == sorted(await heard(run, key))


async def _failed(failed: list[int]) -> bool:
    return bool(failed)
