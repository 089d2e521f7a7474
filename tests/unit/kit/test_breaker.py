"""The breaker: open after failures in a row, one probe at a time, closed by the first success."""

from __future__ import annotations

import asyncio

from kit.bus.breaker import Breaker


async def test_it_opens_after_failures_in_a_row_only() -> None:
    breaker = Breaker(threshold=3)
    for _ in range(5):
        breaker.failed()
        breaker.failed()
        breaker.succeeded()
    assert not breaker.is_open
    for _ in range(3):
        breaker.failed()
    assert breaker.is_open


async def test_what_everybody_needs_opens_it_at_once() -> None:
    breaker = Breaker(threshold=100)
    breaker.failed(everything=True)
    assert breaker.is_open


async def test_one_probe_at_a_time_and_one_success_lets_all_go() -> None:
    breaker = Breaker(threshold=1, first_pause=0.001, longest_pause=0.001)
    breaker.failed()
    inside, most, tries = 0, 0, 0

    async def work() -> None:
        nonlocal inside, most, tries
        while True:
            async with breaker.admitted():
                if breaker.is_open:
                    inside += 1
                    most = max(most, inside)
                    await asyncio.sleep(0)
                    inside -= 1
                tries += 1
                if tries < 10:
                    breaker.failed()
                    continue
                breaker.succeeded()
                return

    workers = [asyncio.create_task(work()) for _ in range(20)]
    await asyncio.wait_for(asyncio.gather(*workers), 30)
    assert most == 1
    assert tries == 10 + 19


async def test_who_waits_is_let_go_when_it_closes() -> None:
    breaker = Breaker(threshold=1, first_pause=3600)
    breaker.failed()

    async def enter() -> None:
        async with breaker.admitted():
            pass

    waiting = [asyncio.create_task(enter()) for _ in range(3)]
    await asyncio.sleep(0)
    breaker.succeeded()
    await asyncio.wait_for(asyncio.gather(*waiting), 30)


async def test_a_probe_that_is_cancelled_lets_the_next_one_try() -> None:
    breaker = Breaker(threshold=1, first_pause=0.001, longest_pause=0.001)
    breaker.failed()
    entered = asyncio.Event()

    async def hang() -> None:
        async with breaker.admitted():
            entered.set()
            await asyncio.Event().wait()

    hanging = asyncio.create_task(hang())
    await asyncio.wait_for(entered.wait(), 30)
    hanging.cancel()
    await asyncio.gather(hanging, return_exceptions=True)
    async with asyncio.timeout(30), breaker.admitted():
        breaker.succeeded()
    assert not breaker.is_open
