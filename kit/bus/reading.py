"""Reads one stream in its order, a bounded batch at a time, without a trace on the server once it is done."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from nats.errors import TimeoutError as NothingCame
from nats.js.api import AckPolicy, ConsumerConfig, DeliverPolicy
from nats.js.errors import APIError, NotFoundError

from kit.clock import uuid7

BATCH = 500
FETCH_SECONDS = 5.0
FORGOTTEN_AFTER = 60.0
TRIES = 5


class Reading:
    """What a stream holds on some subjects, from a moment on, or after the place `after` where that is known.

    The server's consumer is thrown away and made anew whenever it was lost or skipped something.
    """

    def __init__(
        self,
        jetstream: Any,
        stream: str,
        subjects: Sequence[str],
        *,
        after: int = 0,
        since: datetime | None = None,
        most: int | None = None,
    ) -> None:
        self._most = most or BATCH
        self.stream = stream
        self.after = after
        self._js = jetstream
        self._subjects = list(subjects)
        self._since = since
        self._name: str | None = None
        self._subscription: Any = None
        self._expected = 1

    async def batch(self) -> list[Any]:
        """The next messages, oldest first; none when everything that is there was read.

        Raises RuntimeError when the server does not give what it says it has.
        """
        for _ in range(TRIES):
            with contextlib.suppress(NothingCame, NotFoundError, APIError):
                if self._subscription is None:
                    await self._open()
                pending = (await self._js.consumer_info(self.stream, self._name)).num_pending
                if not pending:
                    return []
                came = await self._subscription.fetch(min(self._most, pending), timeout=FETCH_SECONDS)
                if in_sequence := self._in_sequence(came):
                    return in_sequence
            await self.close()
        raise RuntimeError(f"{self.stream} stopped answering while it was read; try again")

    def _in_sequence(self, came: list[Any]) -> list[Any]:
        taken = []
        for message in came:
            if message.metadata.sequence.consumer != self._expected:
                break
            self._expected += 1
            self.after = message.metadata.sequence.stream
            taken.append(message)
        return taken

    async def _open(self) -> None:
        start: dict[str, Any] = {"deliver_policy": DeliverPolicy.ALL}
        if self.after:
            start = {"deliver_policy": DeliverPolicy.BY_START_SEQUENCE, "opt_start_seq": self.after + 1}
        elif self._since is not None:
            start = {"deliver_policy": DeliverPolicy.BY_START_TIME, "opt_start_time": self._since}
        config = ConsumerConfig(
            name=f"reading-{uuid7()}",
            filter_subjects=self._subjects,
            ack_policy=AckPolicy.NONE,
            mem_storage=True,
            num_replicas=1,
            inactive_threshold=FORGOTTEN_AFTER,
            **start,
        )
        self._name = (await self._js.add_consumer(self.stream, config)).name
        self._subscription = await self._js.pull_subscribe_bind(consumer=self._name, stream=self.stream)
        self._expected = 1

    async def close(self) -> None:
        subscription, self._subscription = self._subscription, None
        with contextlib.suppress(Exception):
            if subscription is not None:
                await subscription.unsubscribe()
            await self._js.delete_consumer(self.stream, self._name)
