"""Waiting for something that happens elsewhere, without measuring how long it takes."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

T = TypeVar("T")


async def until(look: Callable[[], Awaitable[T]], *, seconds: float = 60) -> T:
    """The first truthy value of `look`; fails when none comes for so long that none will."""
    last: T | None = None
    for _ in range(int(seconds / 0.05)):
        last = await look()
        if last:
            return last
        await asyncio.sleep(0.05)
    raise AssertionError(f"waited in vain; last seen: {last!r}")
