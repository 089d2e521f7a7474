"""Work that is begun at a pace is all begun, whatever the rest of it takes."""

from __future__ import annotations

import asyncio
from functools import partial

import pytest

from bench.pace import paced


async def test_a_slow_one_does_not_hold_up_the_next() -> None:
    begun: list[int] = []
    last_one_began = asyncio.Event()

    async def work(number: int) -> None:
        begun.append(number)
        if number == 2:
            last_one_began.set()
        await last_one_began.wait()

    async with asyncio.timeout(10):
        await paced([partial(work, number) for number in range(3)], per_second=1_000)
    assert begun == [0, 1, 2]


async def test_an_error_is_not_swallowed() -> None:
    async def fail() -> None:
        raise RuntimeError("the call was refused")

    with pytest.raises(ExceptionGroup) as caught:
        await paced([fail], per_second=1_000)
    assert caught.group_contains(RuntimeError, match="refused")
