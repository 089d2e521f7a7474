"""Stops hammering when everything fails: holds work back and lets one probe through at a time."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

STILL_WORKING_EVERY = 10.0


class Breaker:
    """Opens after `threshold` failures in a row; while open, one caller a pause is admitted as a probe."""

    def __init__(self, threshold: int = 5, first_pause: float = 1.0, longest_pause: float = 30.0) -> None:
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

    async def admit(self, still_working: Callable[[], Awaitable[None]]) -> None:
        """Return when the caller may try. Tells the server every few seconds that the message is held."""
        while self.is_open:
            if not self._probing.locked():
                async with self._probing:
                    await self._held(self._pause, still_working)
                    self._pause = min(self._pause * 2, self._longest_pause)
                return
            await self._held(STILL_WORKING_EVERY, still_working)

    async def _held(self, seconds: float, still_working: Callable[[], Awaitable[None]]) -> None:
        await still_working()
        waiting = asyncio.ensure_future(self._closed.wait())
        try:
            while seconds > 0 and not waiting.done():
                step = min(seconds, STILL_WORKING_EVERY)
                await asyncio.wait([waiting], timeout=step)
                seconds -= step
                await still_working()
        finally:
            waiting.cancel()

    def succeeded(self) -> None:
        self._failures = 0
        self._pause = self._first_pause
        self._closed.set()

    def failed(self) -> None:
        self._failures += 1
        if self._failures >= self._threshold:
            self._closed.clear()
