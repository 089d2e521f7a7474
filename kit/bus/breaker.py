"""Stops hammering when everything fails: holds work back and lets one probe through at a time."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager


class Breaker:
    """Opens after `threshold` failures in a row, or at once when told that nothing can work.

    While open, callers queue; the first of them waits a pause and then tries, the rest wait for its outcome.
    """

    def __init__(self, threshold: int = 20, first_pause: float = 0.5, longest_pause: float = 10.0) -> None:
        self._threshold = threshold
        self._first_pause = first_pause
        self._longest_pause = longest_pause
        self._failures = 0
        self._pause = first_pause
        self._probing = asyncio.Lock()
        self._closed = asyncio.Event()
        self._closed.set()

    @property
    def is_open(self) -> bool:
        return not self._closed.is_set()

    @asynccontextmanager
    async def admitted(self) -> AsyncIterator[None]:
        """Enter when the caller may try; report `succeeded` or `failed` before leaving."""
        if self.is_open:
            async with self._probing:
                if self.is_open:
                    await self._wait_out()
                    yield
                    return
        yield

    def succeeded(self) -> None:
        self._failures = 0
        self._pause = self._first_pause
        self._closed.set()

    def failed(self, *, everything: bool = False) -> None:
        """`everything`: what failed was no single event but what all of them need."""
        self._failures += 1
        if everything or self._failures >= self._threshold:
            self._closed.clear()

    async def _wait_out(self) -> None:
        pause, self._pause = self._pause, min(self._pause * 2, self._longest_pause)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._closed.wait(), pause)
