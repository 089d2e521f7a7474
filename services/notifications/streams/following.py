"""One reader's way through the streams: what it missed, read for it alone; then the process's shared tail."""

from __future__ import annotations

import asyncio
import heapq
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime
from time import monotonic
from typing import Any

from kit.bus.reading import Reading
from kit.bus.tail import Said, Tail, written
from services.notifications.selection import Selection
from services.notifications.streams import frames

CHUNK = 64 * 1024
BATCH = 100


@dataclass(frozen=True, slots=True)
class Start:
    """Where a reader begins: after a place, at a time, or with what comes from now on."""

    place: dict[str, int] | None = None
    since: datetime | None = None


class Follower:
    """The chunks of one reader. `place` is the last it was brought past in every stream."""

    def __init__(self, tail: Tail, jetstream: Any, wanted: Selection, municipality: str, start: Start) -> None:
        self._tail = tail
        self._js = jetstream
        self._wanted = wanted
        self._municipality = municipality
        self._since = start.since
        began = start.place if start.place is not None else tail.place
        self.place = dict.fromkeys(tail.subjects, 0) if start.since else {**dict.fromkeys(tail.subjects, 0), **began}
        self._sent_at = monotonic()

    async def chunks(self) -> AsyncIterator[bytes]:
        """Bytes to send, until the process ends or the reader is too slow."""
        while not self._tail.holds(self.place) and not self._tail.closing:
            async for chunk in self._missed():
                yield chunk
        number = self._tail.first
        while not self._tail.closing:
            try:
                said, number = self._tail.since(number, CHUNK)
            except LookupError:
                yield frames.end("too-slow", "you read more slowly than events come; connect again to go on from here")
                return
            if chunk := b"".join(self._shared(each) for each in said):
                yield self._noted(chunk)
            elif monotonic() - self._sent_at >= self._tail.beat:
                yield self._noted(frames.beat(written(self.place)))
            if number == self._tail.end:
                await self._tail.news()
        yield frames.end("stopping", "this process ends; connect again to go on from here")

    def _shared(self, said: Said) -> bytes:
        """The frame of a message of the tail; nothing for one that was read before, or is not asked for."""
        if said.sequence <= self.place[said.stream]:
            return b""
        self.place[said.stream] = said.sequence
        return self._frame(said)

    def _frame(self, said: Said) -> bytes:
        name = said.subject.split(".", 2)[2]
        if not self._wanted.takes(name):
            return b""
        return frames.event(written(self.place), f"cinnabar.{name}", said.body)

    def _noted(self, chunk: bytes) -> bytes:
        self._sent_at = monotonic()
        return chunk

    async def _missed(self) -> AsyncIterator[bytes]:
        """What the streams hold after the place, mixed by the time it was said."""
        while not await self._turn():
            yield self._noted(frames.WAITING)
        subjects = self._wanted.subjects(self._municipality)
        sources = [_Source(self._reading(stream, subjects[stream])) for stream in subjects]
        try:
            async for chunk in self._mixed(sources):
                yield self._noted(chunk)
        finally:
            self._tail.catching_up.release()
            for source in sources:
                await source.reading.close()
        self._since = None

    def _reading(self, stream: str, subjects: list[str]) -> Reading:
        return Reading(self._js, stream, subjects, after=self.place[stream], since=self._since, most=BATCH)

    async def _turn(self) -> bool:
        try:
            async with asyncio.timeout(self._tail.beat):
                return await self._tail.catching_up.acquire()
        except TimeoutError:
            return False

    async def _mixed(self, sources: list[_Source]) -> AsyncIterator[bytes]:
        # What lies in a stream up to here comes before its end is met below.
        known = dict(self._tail.place)
        for source in sources:
            await source.fill()
            if source.head is not None:
                known[source.head.stream] = source.head.sequence - 1
        self._pass(known)
        heads = [(source.head.at, at) for at, source in enumerate(sources) if source.head is not None]
        heapq.heapify(heads)
        chunk: list[bytes] = []
        size = 0
        while heads:
            _, at = heads[0]
            said = await sources[at].take()
            self.place[said.stream] = said.sequence
            chunk.append(self._frame(said))
            size += len(chunk[-1])
            if (head := sources[at].head) is not None:
                heapq.heapreplace(heads, (head.at, at))
            else:
                heapq.heappop(heads)
            if size >= CHUNK:
                yield b"".join(chunk)
                chunk, size = [], 0
        chunk.append(frames.beat(written(self.place)))
        yield b"".join(chunk)

    def _pass(self, known: dict[str, int]) -> None:
        self.place = {stream: max(seen, known[stream]) for stream, seen in self.place.items()}


class _Source:
    """One stream's messages one by one."""

    def __init__(self, reading: Reading) -> None:
        self.reading = reading
        self.head: Said | None = None
        self._batch: list[Any] = []

    async def fill(self) -> None:
        """Find the next event; `head` stays None at the end of the stream."""
        self.head = None
        while self.head is None:
            if not self._batch:
                self._batch = (await self.reading.batch())[::-1]
                if not self._batch:
                    return
            self.head = Said.of(self._batch.pop())

    async def take(self) -> Said:
        said = self.head
        if said is None:
            raise LookupError("the stream is at its end")
        await self.fill()
        return said
