"""One delivery of an entity at a time, in order of arrival; different entities do not wait for each other."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager


class Entities:
    """A lock per entity that is in hand; nothing is kept of those that are not."""

    def __init__(self) -> None:
        self._locks: dict[str, tuple[asyncio.Lock, int]] = {}

    def __len__(self) -> int:
        return len(self._locks)

    @asynccontextmanager
    async def one_at_a_time(self, entity: str) -> AsyncIterator[None]:
        lock, users = self._locks.get(entity) or (asyncio.Lock(), 0)
        self._locks[entity] = (lock, users + 1)
        try:
            async with lock:
                yield
        finally:
            lock, users = self._locks[entity]
            if users == 1:
                del self._locks[entity]
            else:
                self._locks[entity] = (lock, users - 1)
