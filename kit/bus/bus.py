"""The process's end of NATS: one FastStream broker, the handlers' subscribers, and the services' relays."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import logging
import os
import signal
from collections.abc import Awaitable, Callable, Sequence
from time import monotonic
from typing import Any

from faststream import AckPolicy
from faststream.nats import JStream, NatsBroker, PullSub
from faststream.security import BaseSecurity

from contracts.registry import SERVICES, stream_of
from kit.bus.address import Address
from kit.bus.advisories import Advisories
from kit.bus.consume import Consumer
from kit.bus.dead_letters import DeadLetters
from kit.bus.declaration import ConsumerSpec, Declaration, consumer
from kit.bus.delivery import CloudEventsCodec, Delivery
from kit.bus.handlers import AT_ONCE, Handler, RawHandler
from kit.bus.lag import Lag
from kit.bus.listener import Listener
from kit.bus.provision import Difference, differences
from kit.bus.publish import Publisher
from kit.bus.pull import REQUEST_SECONDS
from kit.bus.relay import Relay
from kit.bus.tail import Tail
from kit.reach import readable
from kit.store import Store

log = logging.getLogger(__name__)

CLOSE_SECONDS = 2


class Bus:
    """Connects, consumes and publishes for the services of one process."""

    def __init__(self, urls: str, name: str, grace: float) -> None:
        """`urls`: the addresses of one or more servers of a cluster, as Address reads them."""
        self._grace = grace
        self._stopping = False
        with readable("NATS", "CINNABAR_NATS_URL"):
            address = Address.parse(urls)
        self._error: Exception | None = None
        self._tls = address.tls is not None
        self.broker = NatsBroker(
            address.servers,
            name=name,
            inbox_prefix=address.inbox,
            security=BaseSecurity(ssl_context=address.tls) if address.tls else None,
            logger=logging.getLogger("faststream"),
            log_level=logging.DEBUG,
            apply_types=False,
            ack_policy=AckPolicy.MANUAL,
            codec=CloudEventsCodec(),
            graceful_timeout=1,
            max_reconnect_attempts=-1,
            reconnect_time_wait=1,
            ping_interval=15,
            drain_timeout=CLOSE_SECONDS,
            closed_cb=self._closed,
            error_cb=self._failed,
        )
        self.relays: list[Relay] = []
        self._listeners: list[Listener] = []
        self._lag: Lag | None = None
        self._tail: Tail | None = None
        self.client: Any = None
        self.jetstream: Any = None

    async def connect(self) -> None:
        try:
            self.client = await self.broker.connect()
        except asyncio.CancelledError:
            # It would try for ever, and whoever gave up waiting is told why it was in vain.
            if isinstance(self._error, OSError) and str(self._error):
                raise ConnectionError(str(self._error)) from None
            raise
        if self._tls and not self.client._server_info.get("tls_required"):
            # the driver would go on in the clear
            self._stopping = True
            client, self.client = self.client, None
            await client.close()
            raise ConnectionError("tls:// was asked for, and the server speaks without TLS")
        self.jetstream = self.client.jetstream(timeout=5)
        self.publisher = Publisher(self.client)
        self.dead_letters = DeadLetters(self.jetstream)
        self._advisories = Advisories(self.client, self.jetstream, self.dead_letters)

    def tail(self, municipality: str) -> Tail:
        """What all services say about a municipality, followed once for everybody in this process."""
        if self._tail is None:
            subjects = {stream_of(service): f"cinnabar.{municipality}.{service}.>" for service in SERVICES}
            self._tail = Tail(self.client, self.jetstream, subjects)
        return self._tail

    def let_go(self) -> None:
        """Tell those who follow the tail that this process ends, so that they go elsewhere."""
        if self._tail is not None:
            self._tail.let_go()

    async def check(self, declaration: Declaration) -> list[Difference]:
        """Where the server differs from what this process declares."""
        return await differences(self.jetstream, declaration)

    def listen(self, store: Store, handlers: Sequence[Handler | RawHandler]) -> None:
        """Subscribe a service's handlers to their durables, and give its store a relay."""
        relay = Relay(store.service, store.outbox, self.publisher)
        store.watchers.insert(0, relay.offer)
        self.relays.append(relay)
        for handler in handlers:
            spec = consumer(store.service, handler, store.municipality)
            consuming = Consumer(handler, store, self.dead_letters)
            subscriber = self._subscriber(spec)
            subscriber(_one_argument(consuming))
            self._listeners.append(Listener(spec, subscriber, consuming))

    def _subscriber(self, spec: ConsumerSpec) -> Any:
        return self.broker.subscriber(
            spec.filter_subjects[0],
            durable=spec.durable,
            stream=JStream(spec.stream, declare=False),
            pull_sub=PullSub(batch=True, batch_size=AT_ONCE, timeout=REQUEST_SECONDS),
            no_reply=True,
        )

    async def start(self) -> None:
        # A full hand is thousands of young objects that live until their commit; looking through them over and
        # over costs a third of all time (measured), and finds nothing.
        gc.set_threshold(20_000, 20, 20)
        for relay in self.relays:
            relay.start()
        for listener in self._listeners:
            listener.prepare(self.client)
        await self.broker.start()
        if self._listeners:
            await self._advisories.start()
            self._lag = Lag(self.jetstream, [listener.place for listener in self._listeners])
            self._lag.start()

    async def finish(self) -> None:
        """Take no more work, finish what is in hand within the grace time, and give the rest back at once."""
        self._stopping = True
        await asyncio.gather(*(listener.stop(self._grace) for listener in self._listeners), return_exceptions=True)

    async def stop(self) -> None:
        """Finish, send what is held, and disconnect: within the grace time and a little, also without a server."""
        ends = monotonic() + self._grace
        await self.finish()
        if self.client is None:
            return
        await self._advisories.stop()
        if self._tail is not None:
            await self._tail.stop()
        if self._lag is not None:
            await self._lag.stop()
        left = max(1.0, ends - monotonic())
        await asyncio.gather(*(relay.stop(left) for relay in self.relays))
        with contextlib.suppress(Exception):
            await asyncio.wait_for(self.broker.stop(), CLOSE_SECONDS + 1)
        if not self.client.is_closed:
            # It cannot drain while it is reconnecting, and would go on trying for ever.
            with contextlib.suppress(Exception):
                await asyncio.wait_for(self.client.close(), CLOSE_SECONDS)

    @property
    def connected(self) -> bool:
        return bool(self.client is not None and self.client.is_connected)

    def stuck(self) -> list[str]:
        """Consumers that neither ask for work nor settle any. Waiting for a server is not being stuck."""
        return [listener.durable for listener in self._listeners if listener.is_stuck] if self.connected else []

    async def _failed(self, error: Exception) -> None:
        self._error = error
        log.debug("NATS: %s", error)

    async def _closed(self) -> None:
        """A connection closed for good cannot be used again: end the process, so that it is started anew."""
        if not self._stopping:
            log.critical("the NATS connection was closed for good; ending this process")
            os.kill(os.getpid(), signal.SIGTERM)


def _one_argument(consumer: Consumer) -> Callable[[list[Delivery]], Awaitable[None]]:
    """FastStream reads a function's signature, so the consumer is given to it as a plain function."""

    async def take(deliveries: list[Delivery]) -> None:
        await consumer.in_hand.take(deliveries)

    return take
