"""Work begun at an even pace, whether or not what began before has ended: a slow answer does not slow the asking."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Iterable
from time import perf_counter
from typing import Any

Begin = Callable[[], Coroutine[Any, Any, None]]


async def paced(works: Iterable[Begin], per_second: float) -> None:
    """Start each at its own moment of one clock; return when all have ended. The first error is raised."""
    start = perf_counter()
    async with asyncio.TaskGroup() as tasks:
        for number, begin in enumerate(works):
            await asyncio.sleep(max(start + number / per_second - perf_counter(), 0))
            tasks.create_task(begin())
