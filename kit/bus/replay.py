"""Builds a read model anew from the streams, beside the live one, and goes over to it once it has caught up.

The order of steps is what keeps the switch without a gap:

1. Everything that is kept is applied to the new generation, while the old one stays live.
2. The service's consumers are paused on the server, and the rest up to now is applied.
3. The switch. From here on no unit of work commits to the old generation any more (kit/store/generations.py).
4. What came after the pause, should it have run out too early, is applied once more: the new generation's inbox knows
   what its live handlers have done. Then the consumers go on.

What handlers say is held back: a rebuild tells nobody anything new.
"""

from __future__ import annotations

import asyncio
import logging
from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from time import monotonic
from typing import Any

from contracts import conversions
from contracts.envelope import Envelope
from kit.bus.declaration import consumer
from kit.bus.delivery import Delivery, read
from kit.bus.handlers import Handler, Permanent
from kit.bus.order import is_latest
from kit.bus.reading import BATCH, Reading
from kit.clock import now
from kit.store import AlreadyDone, Store, Work
from kit.store.errors import is_unavailable, is_undecided
from kit.store.generations import NOTICE_SECONDS
from kit.store.rebuild import Rebuild

log = logging.getLogger(__name__)

PAUSE = timedelta(minutes=2)
TRIES = 3
AWAY_SECONDS = 1.0
TOLD_EVERY = 2.0


@dataclass(slots=True)
class Pace:
    """How many events were applied, and how fast."""

    applied: int = 0
    since: float = field(default_factory=monotonic)
    until: float = 0.0
    told_at: float = 0.0

    def one_more(self) -> None:
        self.applied += 1
        self.until = monotonic()

    def __str__(self) -> str:
        seconds = max(self.until - self.since, 0.001)
        return f"{self.applied} events in {seconds:.1f} s, {self.applied / seconds:.0f} a second"


@dataclass(frozen=True, slots=True)
class Failure:
    """One event that one handler could not apply to the new generation."""

    handler: str
    stream: str
    sequence: int
    reason: str

    def __str__(self) -> str:
        who = f"{self.handler} could not apply" if self.handler else "nobody can read"
        return f"{who} {self.stream} {self.sequence}: {self.reason}"

    def document(self) -> dict[str, Any]:
        return {"handler": self.handler, "stream": self.stream, "sequence": self.sequence, "reason": self.reason}


class Replay:
    """One rebuild of one service. `store` writes to the generation being built and must have been started."""

    def __init__(
        self, rebuild: Rebuild, store: Store, handlers: Sequence[Handler], jetstream: Any, say: Callable[[str], None]
    ) -> None:
        self.pace = Pace()
        self._told_failures = 0
        self._rebuild = rebuild
        self._store = store
        self._js = jetstream
        self._say = say
        self._handlers = handlers
        self._by_family: dict[str, list[Handler]] = defaultdict(list)
        subjects: dict[str, set[str]] = defaultdict(set)
        for handler in handlers:
            self._by_family[handler.contract.family].append(handler)
            subjects[handler.contract.stream].add(f"cinnabar.{store.municipality}.{handler.contract.family}.*")
        self._readings = [
            Reading(
                jetstream, stream, sorted(subjects[stream]), after=rebuild.positions.get(stream, 0), since=rebuild.since
            )
            for stream in sorted(subjects)
        ]

    async def run(self, *, despite_failures: bool = False) -> None:
        """Rebuild, catch up and switch. Raises RuntimeError, before the switch, for events that could not be applied.

        What was done until an error or a cancellation stays, and the next run goes on from there.
        """
        finished = False
        try:
            while await self._catch_up() >= BATCH:
                pass
            self._refuse_failures(despite_failures)
            async with self._consumers_paused():
                await self._catch_up()
                self._refuse_failures(despite_failures)
                await self._rebuild.switch(self._store.database)
                await asyncio.sleep(2 * NOTICE_SECONDS)
                await self._catch_up()
            finished = True
        finally:
            for reading in self._readings:
                await reading.close()
            await self._rebuild.let_go(self._store.database, finished=finished)

    async def _catch_up(self) -> int:
        """Apply all that is there now, the streams in turns; how many messages that were."""
        count = 0
        waiting = list(self._readings)
        while waiting:
            for reading in list(waiting):
                messages = await reading.batch()
                if not messages:
                    waiting.remove(reading)
                    continue
                failures = await self._apply([read(message) for message in messages])
                positions = {reading.stream: reading.after}
                await self._rebuild.advance(self._store.database, positions, [each.document() for each in failures])
                count += len(messages)
                self._tell(reading)
        return count

    async def _apply(self, deliveries: list[Delivery]) -> list[Failure]:
        """Events of one entity one after the other, different entities together, so that they share transactions."""
        entities: dict[str, list[tuple[Handler, Envelope, Delivery]]] = defaultdict(list)
        failures: list[Failure] = []
        for delivery in deliveries:
            if delivery.envelope is None:
                failures += self._unreadable(delivery)
                continue
            for handler in self._by_family[delivery.envelope.contract.family]:
                envelope = _heard(delivery.envelope, handler)
                if envelope is not None:
                    entity = handler.entity(envelope.event) if handler.entity else envelope.subject
                    entities[entity].append((handler, envelope, delivery))
        found = await asyncio.gather(*(self._in_turn(events) for events in entities.values()))
        return failures + [failure for each in found for failure in each]

    async def _in_turn(self, events: list[tuple[Handler, Envelope, Delivery]]) -> list[Failure]:
        failures = []
        for handler, envelope, delivery in events:
            reason = await self._handle(handler, envelope)
            if reason is not None:
                failures.append(Failure(handler.name, delivery.stream, delivery.stream_sequence, reason))
        return failures

    async def _handle(self, handler: Handler, envelope: Envelope) -> str | None:
        """Why the event could not take effect; None when it did, now or before."""

        async def attempt(work: Work) -> None:
            moment, work.now = work.now, envelope.time
            if not handler.latest or await is_latest(work, handler, envelope):
                await handler.run(envelope.event, work)
            work.now = moment  # the inbox forgets by the day an entry was made, not by the event's
            work.outgoing.clear()

        tries = 0
        while True:
            try:
                await self._store.transact(attempt, cause=envelope, inbox_id=f"{handler.name}:{envelope.occurrence}")
            except AlreadyDone:
                return None
            except Exception as error:
                if is_unavailable(error) or is_undecided(error):
                    await asyncio.sleep(AWAY_SECONDS)
                    continue
                tries += 1
                if isinstance(error, Permanent) or tries == TRIES:
                    return f"{type(error).__name__}: {error}"
            else:
                self.pace.one_more()
                return None

    def _unreadable(self, delivery: Delivery) -> list[Failure]:
        """A version of tomorrow may have been said beside one that is read; it is no loss then."""
        if delivery.defect is None:
            return []
        if delivery.defect.code == "unknown_type" and conversions.is_said_readably(delivery.body):
            return []
        reason = f"{delivery.defect.code}: {delivery.defect}"
        return [Failure("", delivery.stream, delivery.stream_sequence, reason)]

    def _refuse_failures(self, accepted: bool) -> None:
        failures = [Failure(**each) for each in self._rebuild.failures]
        for failure in failures[self._told_failures :]:
            self._say(str(failure))
        self._told_failures = len(failures)
        if failures and not accepted:
            raise RuntimeError(
                f"{len(failures)} events could not be applied, so the old read model stays; mend their handlers and "
                "start again, or go over without these events with --despite-failures"
            )

    def _tell(self, reading: Reading) -> None:
        if monotonic() - self.pace.told_at >= TOLD_EVERY:
            self.pace.told_at = monotonic()
            self._say(f"{reading.stream} up to {reading.after}: {self.pace}")

    @asynccontextmanager
    async def _consumers_paused(self) -> AsyncIterator[None]:
        """The server holds the service's events back, and lets them go by itself should this process die."""
        specs = [consumer(self._store.service, handler, self._store.municipality) for handler in self._handlers]
        until = (now() + PAUSE).strftime("%Y-%m-%dT%H:%M:%SZ")
        try:
            await asyncio.gather(*(self._js.pause_consumer(each.stream, each.durable, until) for each in specs))
            yield
        finally:
            await asyncio.gather(*(self._js.resume_consumer(each.stream, each.durable) for each in specs))


def _heard(envelope: Envelope, handler: Handler) -> Envelope | None:
    """The event as the handler hears it; None for a version said beside the handler's own."""
    ours = handler.contract
    if envelope.contract is ours:
        return envelope
    return None if ours.version in envelope.versions else conversions.converted(envelope, ours)
