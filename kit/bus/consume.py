"""What happens to one delivery: handled once, tried again later, skipped, or kept as a dead letter."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from random import Random

from opentelemetry import propagate, trace
from opentelemetry.trace import SpanKind

from contracts import conversions
from contracts.envelope import Envelope, Unreadable, attributes_of
from contracts.registry import Contract, versions_of
from kit import metrics
from kit.bus.breaker import Breaker
from kit.bus.dead_letters import DeadLetters
from kit.bus.delivery import Delivery
from kit.bus.handlers import UNREADABLE, Handler, Permanent, RawHandler, RawMessage, Retry
from kit.store import AlreadyDone, Store, Work
from kit.store.errors import is_unavailable

log = logging.getLogger(__name__)
tracer = trace.get_tracer(__name__)

OWN_VERSION_SECONDS = 1.0


class Consumer:
    """One handler's end of the bus."""

    def __init__(
        self,
        handler: Handler | RawHandler,
        store: Store,
        dead_letters: DeadLetters,
        random: Random | None = None,
    ) -> None:
        self.handler = handler
        self.durable = handler.durable(store.service)
        self._store = store
        self._dead_letters = dead_letters
        self._breaker = Breaker()
        self._entities = Entities()
        self._random = random or Random()  # noqa: S311 - jitter is no secret

    async def __call__(self, delivery: Delivery) -> None:
        """Settle one delivery: whatever happens, the server gets an answer or times out waiting for it."""
        outcome = "unsettled"
        try:
            async with self._entities.one_at_a_time(self._entity(delivery)):
                outcome = await self._settle(delivery)
        except asyncio.CancelledError:
            await self._give_back(delivery)
            raise
        except Exception:
            log.exception("could not settle %s; the server will deliver it again", delivery.subject)
        finally:
            metrics.HANDLED.labels(self._store.service, self.handler.name, outcome).inc()

    def _entity(self, delivery: Delivery) -> str:
        """What must not be handled twice at the same time: the entity, or the message itself if unreadable."""
        envelope = delivery.envelope
        if envelope is None:
            return f"{delivery.stream}#{delivery.stream_sequence}"
        if isinstance(self.handler, Handler) and self.handler.entity and envelope.contract is self.handler.contract:
            return self.handler.entity(envelope.event)
        return envelope.subject

    async def _give_back(self, delivery: Delivery) -> None:
        """The process stops: somebody else may have the message at once."""
        with contextlib.suppress(Exception):
            await delivery.nak()

    async def _settle(self, delivery: Delivery) -> str:
        if delivery.delivered > len(self.handler.retry.delays) + 1:
            return await self._bury(delivery, "no_answer", "delivered more often than the policy allows, no answer")
        if isinstance(self.handler, RawHandler):
            return await self._until_done(delivery, self._receive)
        if delivery.defect is not None:
            return await self._unreadable(delivery, delivery.defect)
        envelope = delivery.envelope
        if envelope is None:
            raise LookupError("a delivery has an envelope or a defect")
        if envelope.municipality != self._store.municipality:
            return await self._bury(
                delivery, "wrong_municipality", f"says {envelope.municipality}, here is {self._store.municipality}"
            )
        if envelope.contract is not self.handler.contract:
            return await self._other_version(delivery, envelope)
        return await self._until_done(delivery, self._handle)

    async def _until_done(self, delivery: Delivery, run: Callable[[Delivery], Awaitable[None]]) -> str:
        """Run once; wait as long as the database is away; give a failed event back with its delay."""
        while True:
            await self._breaker.admit(delivery.still_working)
            try:
                await run(delivery)
            except AlreadyDone:
                outcome = "repeated"
            except Permanent as error:
                return await self._bury(delivery, error.code, str(error))
            except Exception as error:
                self._breaker.failed()
                if is_unavailable(error):
                    log.warning("%s waits for its database: %s", self.durable, error)
                    continue
                reason = f"{type(error).__name__}: {error}"
                return await self._again(delivery, self.handler.retry, "handler_failed", reason)
            else:
                outcome = "handled"
            self._breaker.succeeded()
            await delivery.ack()
            return outcome

    async def _handle(self, delivery: Delivery) -> None:
        envelope, handler = delivery.envelope, self.handler
        if envelope is None or not isinstance(handler, Handler):
            raise LookupError("only an envelope can be handled")

        async def attempt(work: Work) -> None:
            await handler.run(envelope.event, work)

        with self._span(f"process {handler.contract.family}", envelope.traceparent, envelope.nats_subject, envelope.id):
            await self._store.transact(attempt, cause=envelope, inbox_id=self._inbox_id(envelope))

    async def _receive(self, delivery: Delivery) -> None:
        handler = self.handler
        if not isinstance(handler, RawHandler):
            raise LookupError("only a raw handler receives payloads")
        message_id = f"{delivery.stream}:{delivery.stream_sequence}"
        message = RawMessage(delivery.subject, delivery.body, message_id)

        async def attempt(work: Work) -> None:
            await handler.run(message, work)

        with self._span(f"process {handler.stream.lower()}", delivery.headers.get("traceparent"), "ingest", message_id):
            await self._store.transact(attempt, inbox_id=f"{handler.name}:{message_id}")

    @contextlib.contextmanager
    def _span(self, name: str, traceparent: str | None, destination: str, message_id: str) -> Iterator[None]:
        parent = propagate.extract({"traceparent": traceparent} if traceparent else {})
        with tracer.start_as_current_span(name, context=parent, kind=SpanKind.CONSUMER) as span:
            if span.is_recording():
                span.set_attributes(
                    {
                        "messaging.system": "nats",
                        "messaging.operation.name": "process",
                        "messaging.destination.name": destination,
                        "messaging.consumer.group.name": self.durable,
                        "messaging.message.id": message_id,
                        "cinnabar.service": self._store.service,
                    }
                )
            yield

    async def _unreadable(self, delivery: Delivery, defect: Unreadable) -> str:
        if defect.code == "unknown_type" and self._said_in_a_known_version(delivery):
            await delivery.ack()
            return "other_version"
        if defect.code in {"bad_json", "bad_envelope", "bad_data"}:
            return await self._again(delivery, UNREADABLE, defect.code, str(defect))
        return await self._bury(delivery, defect.code, str(defect))

    async def _other_version(self, delivery: Delivery, envelope: Envelope) -> str:
        """An occurrence in a version that is not the handler's own takes effect converted, if its own does not come.

        Its own may have gone to a replica of another build, on either side of an upgrade, that cannot read it. So
        neither is passed over until one of them has taken effect; they share one place in the inbox.
        """
        ours = self._contract
        if not conversions.convertible(envelope.contract, ours):
            return await self._bury(delivery, "wrong_type", f"{envelope.contract.type} came where {ours.type} is heard")
        if ours.version in envelope.versions:
            if await self._store.has_done(self._inbox_id(envelope)):
                await delivery.ack()
                return "other_version"
            if delivery.delivered == 1:
                await delivery.nak(OWN_VERSION_SECONDS)
                return "other_version"
        delivery.envelope = conversions.converted(envelope, ours)
        return await self._until_done(delivery, self._handle)

    def _inbox_id(self, envelope: Envelope) -> str:
        return f"{self.handler.name}:{envelope.occurrence}"

    def _said_in_a_known_version(self, delivery: Delivery) -> bool:
        """Whether a newer producer said the same occurrence in a version this build reads, too."""
        attributes, _ = attributes_of(delivery.body)
        ours = {str(contract.version) for contract in versions_of(self._contract.family)}
        said = set((attributes.versions or "").split(","))
        return attributes.type.startswith(f"cinnabar.{self._contract.family}.v") and bool(ours & said)

    @property
    def _contract(self) -> Contract:
        if not isinstance(self.handler, Handler):
            raise LookupError("a raw handler has no contract")
        return self.handler.contract

    async def _again(self, delivery: Delivery, retry: Retry, code: str, reason: str) -> str:
        delay = retry.delay(delivery.delivered, self._random)
        if delay is None:
            return await self._bury(delivery, code, reason)
        log.warning("%s tries %s again in %.1f s: %s", self.durable, delivery.subject, delay, reason)
        await delivery.nak(delay)
        return "retried"

    async def _bury(self, delivery: Delivery, code: str, reason: str) -> str:
        """Dead letter first; the original is ended only when the server has the letter."""
        await self._dead_letters.bury(
            delivery,
            municipality=self._store.municipality,
            service=self._store.service,
            durable=self.durable,
            code=code,
            reason=reason,
        )
        await delivery.term()
        metrics.DEAD_LETTERS.labels(self._store.service, self.handler.name, code).inc()
        log.error("dead letter from %s: %s: %s", self.durable, code, reason)
        return "dead_letter"


class Entities:
    """One delivery of an entity at a time, in order of arrival; different entities do not wait."""

    def __init__(self) -> None:
        self._locks: dict[str, tuple[asyncio.Lock, int]] = {}

    @asynccontextmanager
    async def one_at_a_time(self, entity: str) -> AsyncIterator[None]:
        lock, users = self._locks.get(entity, (asyncio.Lock(), 0))
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
