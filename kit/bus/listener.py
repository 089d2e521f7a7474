"""One durable of this process: FastStream's subscriber, fed by our own pull, and the work it has in hand."""

from __future__ import annotations

import contextlib
from time import monotonic
from typing import Any

from kit.bus.consume import Consumer
from kit.bus.declaration import ConsumerSpec
from kit.bus.pull import Pull

STUCK_AFTER = 90.0


class Listener:
    """Starts, watches and stops one handler's consumption."""

    def __init__(self, spec: ConsumerSpec, subscriber: Any, consumer: Consumer) -> None:
        self.durable = spec.durable
        self._spec = spec
        self._subscriber = subscriber
        self._consumer = consumer
        self._pull: Pull | None = None
        subscriber._create_subscription = self._subscribe

    @property
    def place(self) -> tuple[str, str]:
        """The stream and the durable."""
        return self._spec.stream, self.durable

    def prepare(self, client: Any) -> None:
        self._pull = Pull(client, self._spec.stream, self._spec.durable, self._consumer.in_hand.room)

    async def _subscribe(self) -> None:
        """In place of nats-py's pull_subscribe, which would create a durable that is missing."""
        if self._pull is None:
            raise RuntimeError(f"{self.durable} was not prepared")
        await self._pull.open()
        self._subscriber.subscription = self._pull
        self._subscriber.add_task(self._subscriber._consume_pull)

    async def stop(self, grace: float) -> None:
        """Take no more, finish within `grace` seconds, and give back what came and what is unfinished."""
        if self._pull is not None:
            await self._pull.unsubscribe()
        await self._consumer.in_hand.stop(grace)
        with contextlib.suppress(Exception):
            await self._subscriber.stop()

    @property
    def is_stuck(self) -> bool:
        """Whether the loop has not turned and nothing was settled for too long, though the database is there."""
        if self._pull is None or self._consumer.breaker.is_open:
            return False
        return max(self._pull.turned_at, self._consumer.in_hand.settled_at) < monotonic() - STUCK_AFTER
