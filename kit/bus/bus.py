"""The process's end of NATS: one FastStream broker, the handlers' subscribers, and the services' relays."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import signal
from collections.abc import Awaitable, Callable, Sequence
from time import monotonic
from typing import Any

from faststream import AckPolicy
from faststream.nats import JStream, NatsBroker, PullSub
from nats.errors import TimeoutError as NothingToFetch

from kit.bus.consume import Consumer
from kit.bus.dead_letters import DeadLetters
from kit.bus.declaration import ConsumerSpec, Declaration, consumer
from kit.bus.delivery import CloudEventsCodec, Delivery
from kit.bus.handlers import Handler, RawHandler
from kit.bus.provision import differences
from kit.bus.relay import Relay
from kit.store import Store

log = logging.getLogger(__name__)

FETCH = 100
FETCH_SECONDS = 5.0
STUCK_AFTER = 90.0


class Bus:
    """Connects, consumes and publishes for the services of one process."""

    def __init__(self, url: str, name: str, grace: float) -> None:
        self._grace = grace
        self._url = url
        self._stopping = False
        self.broker = NatsBroker(
            url,
            name=name,
            logger=logging.getLogger("kit.bus.faststream"),
            log_level=logging.DEBUG,
            apply_types=False,
            ack_policy=AckPolicy.MANUAL,
            codec=CloudEventsCodec(),
            graceful_timeout=grace,
            max_reconnect_attempts=-1,
            reconnect_time_wait=1,
            ping_interval=15,
            closed_cb=self._closed,
        )
        self.relays: list[Relay] = []
        self._subscribers: list[tuple[ConsumerSpec, Any]] = []
        self._fetched_at: dict[str, float] = {}
        self.client: Any = None
        self.jetstream: Any = None

    async def connect(self) -> None:
        self.client = await self.broker.connect()
        self.jetstream = self.client.jetstream(timeout=5)
        self.dead_letters = DeadLetters(self.jetstream)

    async def check(self, declaration: Declaration) -> list[str]:
        """Where the server differs from what this process needs, in words."""
        return [str(difference) for difference in await differences(self.jetstream, declaration)]

    def listen(self, store: Store, handlers: Sequence[Handler | RawHandler]) -> None:
        """Subscribe a service's handlers to their durables, and give its store a relay."""
        relay = Relay(store.service, store.outbox, self.client, self.jetstream)
        store.watchers.insert(0, relay.offer)
        self.relays.append(relay)
        for handler in handlers:
            spec = consumer(store.service, handler, store.municipality)
            subscriber = self.broker.subscriber(
                spec.filter_subjects[0],
                durable=spec.durable,
                stream=JStream(spec.stream, declare=False),
                pull_sub=PullSub(batch_size=FETCH, timeout=FETCH_SECONDS),
                no_reply=True,
            )
            subscriber(_one_argument(Consumer(handler, store, self.dead_letters)))
            self._subscribers.append((spec, subscriber))

    async def start(self) -> None:
        for relay in self.relays:
            relay.start()
        await self.broker.start()
        for spec, subscriber in self._subscribers:
            self._watch(spec.durable, subscriber.subscription)

    async def stop(self) -> None:
        """Stop taking work, finish what is in hand within the grace time, give the rest back, send what is held."""
        self._stopping = True
        await asyncio.gather(*(subscriber.stop() for _, subscriber in self._subscribers), return_exceptions=True)
        await asyncio.gather(*(relay.stop(self._grace) for relay in self.relays))
        with contextlib.suppress(Exception):
            await self.broker.stop()

    @property
    def connected(self) -> bool:
        return bool(self.client is not None and self.client.is_connected)

    def stuck(self) -> list[str]:
        """Consumers whose loop has not asked the server for work for too long."""
        limit = monotonic() - STUCK_AFTER
        return [name for name, fetched in self._fetched_at.items() if fetched < limit] if self.connected else []

    def _watch(self, durable: str, subscription: Any) -> None:
        """Note each fetch, because FastStream's loop itself cannot be asked whether it still turns."""
        fetch = subscription.fetch

        async def noted(*args: Any, **kwargs: Any) -> Any:
            self._fetched_at[durable] = monotonic()
            try:
                return await fetch(*args, **kwargs)
            except TimeoutError:
                # nats-py now and then raises the plain one, which FastStream takes for a crash of its loop.
                raise NothingToFetch from None

        self._fetched_at[durable] = monotonic()
        subscription.fetch = noted

    async def _closed(self) -> None:
        """A connection closed for good cannot be used again: end the process, so that it is started anew."""
        if not self._stopping:
            log.critical("the NATS connection was closed for good; ending this process")
            os.kill(os.getpid(), signal.SIGTERM)


def _one_argument(consumer: Consumer) -> Callable[[Delivery], Awaitable[None]]:
    """FastStream reads a function's signature, so the consumer is given to it as a plain function."""

    async def settle(delivery: Delivery) -> None:
        await consumer(delivery)

    return settle
