"""The newest events of several streams, read once per process for however many who follow them.

A place in several streams is the last sequence seen in each: it means the same to every replica, however each of
them happened to mix the streams. The tail keeps a bounded number of messages; who falls behind its oldest has to
read from the streams themselves, or is too slow.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from time import monotonic
from typing import Any

from nats.js.api import AckPolicy, ConsumerConfig, DeliverPolicy

from contracts.envelope import CONTENT_TYPE
from kit.clock import uuid7
from kit.ending import end

log = logging.getLogger(__name__)

# Catching up costs a consumer per stream and some memory: so many readers at a time, the others wait their turn.
CATCHING_UP = 20
KEPT_MESSAGES = 10_000
KEPT_BYTES = 16 * 1024 * 1024
BEAT_SECONDS = 15.0
SILENT_SECONDS = 5.0
FORGOTTEN_AFTER = 60.0
AWAY_SECONDS = 0.5

Place = Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Said:
    """One event as it lies in a stream."""

    stream: str
    sequence: int
    subject: str
    body: bytes
    at: datetime

    @classmethod
    def of(cls, message: Any) -> Said | None:
        """A message, or None for one that is no event."""
        told = {name.lower(): value for name, value in (message.headers or {}).items()}
        if not told.get("content-type", "").startswith(CONTENT_TYPE):
            return None
        data = message.metadata
        return cls(data.stream, data.sequence.stream, message.subject, message.data, data.timestamp)


def written(place: Place) -> str:
    """A place as text: `ACTIONS.12-FUNDING.40`."""
    return "-".join(f"{stream}.{place[stream]}" for stream in sorted(place))


def read_place(text: str, streams: Sequence[str]) -> dict[str, int]:
    """The place a text says; a stream it does not name is read from its beginning. Raises ValueError."""
    place = dict.fromkeys(streams, 0)
    for part in text.split("-"):
        stream, dot, sequence = part.partition(".")
        if not dot or not (sequence.isascii() and sequence.isdigit()) or len(sequence) > 18:
            raise ValueError(f"{text[:80]!r} is no place in the event streams")
        if stream in place:
            place[stream] = int(sequence)
    return place


class Tail:
    """Follows the streams from the moment somebody asks first. `floor` is the place before its oldest message."""

    def __init__(
        self,
        client: Any,
        jetstream: Any,
        subjects: Mapping[str, str],
        *,
        kept_messages: int = KEPT_MESSAGES,
        kept_bytes: int = KEPT_BYTES,
        beat: float = BEAT_SECONDS,
    ) -> None:
        """`subjects` by stream. `beat`: seconds after which who waits is woken although nothing came."""
        self.subjects = dict(subjects)
        self.floor: dict[str, int] = {}
        self.place: dict[str, int] = {}
        self.first = 0
        self.beat = beat
        self.closing = False
        self.catching_up = asyncio.Semaphore(CATCHING_UP)
        self._client = client
        self._js = jetstream
        self._most = (kept_messages, kept_bytes)
        self._kept: deque[Said] = deque()
        self._bytes = 0
        self._news = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []
        self._starting = asyncio.Lock()

    @property
    def end(self) -> int:
        """The number the next message will get; numbers count this process's messages."""
        return self.first + len(self._kept)

    async def start(self) -> None:
        """Begin where the streams end now; does nothing when it has begun."""
        async with self._starting:
            if self._tasks or self.closing:
                return
            infos = await asyncio.gather(*(self._js.stream_info(stream) for stream in self.subjects))
            self.place = {stream: info.state.last_seq for stream, info in zip(self.subjects, infos, strict=True)}
            self.floor = dict(self.place)
            self._tasks = [asyncio.create_task(self._follow(stream), name=f"tail-{stream}") for stream in self.subjects]
            self._tasks.append(asyncio.create_task(self._beats(), name="tail-beats"))

    def holds(self, place: Place) -> bool:
        """Whether nothing after `place` has been let go of."""
        return all(place[stream] >= floor for stream, floor in self.floor.items())

    async def beyond(self, place: Place) -> str | None:
        """A stream that ends before `place`, as after an older copy of it was put back; None where none does."""
        for stream, seen in place.items():
            # this process may know of less than there is
            if seen > self.place[stream] and seen > (await self._js.stream_info(stream)).state.last_seq:
                return stream
        return None

    def since(self, number: int, most_bytes: int) -> tuple[list[Said], int]:
        """Messages from `number` on, some thousand bytes at most, and the number that follows them.

        Raises LookupError when the tail no longer has the first of them.
        """
        if number < self.first:
            raise LookupError(f"the tail begins at {self.first}")
        found: list[Said] = []
        size = 0
        while number < self.end and size < most_bytes:
            found.append(self._kept[number - self.first])
            size += len(found[-1].body)
            number += 1
        return found, number

    async def news(self) -> None:
        """Return when something came, at every beat, and when the tail ends."""
        if not self.closing:
            await self._news.wait()

    def let_go(self) -> None:
        """Tell all who follow that this process ends."""
        self.closing = True
        self._wake()

    async def stop(self) -> None:
        self.let_go()
        await end(self._tasks)

    def _wake(self) -> None:
        news, self._news = self._news, asyncio.Event()
        news.set()

    async def _beats(self) -> None:
        while True:
            await asyncio.sleep(self.beat)
            self._wake()

    def _take(self, message: Any) -> None:
        data = message.metadata
        self.place[data.stream] = data.sequence.stream
        said = Said.of(message)
        if said is None:
            return
        self._kept.append(said)
        self._bytes += len(said.body)
        while len(self._kept) > self._most[0] or self._bytes > self._most[1]:
            gone = self._kept.popleft()
            self._bytes -= len(gone.body)
            self.floor[gone.stream] = gone.sequence
            self.first += 1
        self._wake()

    async def _follow(self, stream: str) -> None:
        """Read one stream in order for ever, with a new consumer whenever one was lost or left something out."""
        while True:
            inbox = self._client.new_inbox()
            name = f"tail-{uuid7()}"
            subscription = None
            try:
                subscription = await self._client.subscribe(inbox)
                await self._js.add_consumer(stream, self._consumer(stream, name, inbox))
                await self._in_order(subscription)
            except Exception as error:
                log.info("the tail of %s begins anew: %s", stream, error or type(error).__name__)
                await asyncio.sleep(AWAY_SECONDS)
            finally:
                with contextlib.suppress(Exception):
                    async with asyncio.timeout(1):
                        if subscription is not None:
                            await subscription.unsubscribe()
                        await self._js.delete_consumer(stream, name)

    def _consumer(self, stream: str, name: str, inbox: str) -> ConsumerConfig:
        return ConsumerConfig(
            name=name,
            deliver_subject=inbox,
            deliver_policy=DeliverPolicy.BY_START_SEQUENCE,
            opt_start_seq=self.place[stream] + 1,
            filter_subject=self.subjects[stream],
            ack_policy=AckPolicy.NONE,
            idle_heartbeat=SILENT_SECONDS / 3,
            mem_storage=True,
            num_replicas=1,
            inactive_threshold=FORGOTTEN_AFTER,
        )

    async def _in_order(self, subscription: Any) -> None:
        """Take messages as long as each follows the one before. Raises LookupError, or TimeoutError after silence."""
        expected = 1
        heard = monotonic()
        while True:
            message = await subscription.next_msg(timeout=max(0.1, heard + SILENT_SECONDS - monotonic()))
            heard = monotonic()
            if not message.reply:
                delivered = (message.headers or {}).get("Nats-Last-Consumer")
                if delivered is not None and int(delivered) != expected - 1:
                    raise LookupError("messages were lost on the way")
                continue
            if message.metadata.sequence.consumer != expected:
                raise LookupError("messages were lost on the way")
            expected += 1
            self._take(message)
