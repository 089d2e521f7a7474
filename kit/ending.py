"""Ending tasks for certain: a cancellation that meets a finished wait can be lost inside a driver."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Coroutine, Iterable
from typing import Any

ASK_AGAIN_SECONDS = 0.5


async def end(tasks: Iterable[asyncio.Task[Any]]) -> None:
    """Cancel `tasks` and wait until each has ended; one that overheard it is asked again."""
    pending = {task for task in tasks if not task.done()}
    while pending:
        for task in pending:
            task.cancel()
        _, pending = await asyncio.wait(pending, timeout=ASK_AGAIN_SECONDS)


async def to_the_end(work: Coroutine[Any, Any, None]) -> None:
    """Do `work`, which has an end of its own, although whoever does it is asked to end meanwhile, as often as it is."""
    task = asyncio.create_task(work)
    while not task.done():
        with contextlib.suppress(asyncio.CancelledError):
            await asyncio.shield(task)
