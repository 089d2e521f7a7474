"""What happens to one delivery: handled once, tried again later, skipped, parked, or kept as a dead letter."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable
from random import Random

from contracts import conversions
from contracts.envelope import Envelope, Unreadable, attributes_of
from contracts.registry import Contract, versions_of
from kit import metrics
from kit.bus.breaker import Breaker
from kit.bus.dead_letters import DeadLetters
from kit.bus.delivery import Delivery
from kit.bus.entities import Entities
from kit.bus.handlers import Handler, Permanent, RawHandler, RawMessage
from kit.bus.in_hand import InHand
from kit.bus.order import Early, its_turn, park_delay
from kit.bus.trace import processing
from kit.clock import now
from kit.store import AlreadyDone, Store, Work
from kit.store.errors import is_unavailable, is_undecided
from kit.store.outbox import BODY_LIMIT

log = logging.getLogger(__name__)

SUSPECT_ATTEMPTS = 3
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
        self.in_hand = InHand(self.settle, limit=handler.at_once)
        self.breaker = Breaker()
        self._store = store
        self._dead_letters = dead_letters
        self._entities = Entities()
        self._suspects = asyncio.Lock()
        self._random = random or Random()  # noqa: S311 - jitter is no secret

    async def settle(self, delivery: Delivery) -> None:
        """Settle one delivery: whatever happens, the server gets an answer or times out waiting for it."""
        outcome = "unsettled"
        if delivery.delivered > 1:
            metrics.REDELIVERED.labels(self._store.service, self.handler.name).inc()
        try:
            async with self._entities.one_at_a_time(self._entity(delivery)):
                outcome = await self._settle(delivery)
        except asyncio.CancelledError:
            outcome = "given_back"
            await self._excuse(delivery)
            raise
        except Exception:
            log.exception("could not settle %s; the server will deliver it again", delivery.subject)
        finally:
            metrics.HANDLED.labels(self._store.service, self.handler.name, outcome).inc()

    def _entity(self, delivery: Delivery) -> str:
        """What must not be handled twice at the same time: the entity, or the message itself if unreadable."""
        envelope = delivery.envelope
        if envelope is None or isinstance(self.handler, RawHandler):
            return delivery.origin
        if self.handler.entity and envelope.contract is self.handler.contract:
            return self.handler.entity(envelope.event)
        return envelope.subject

    def _note_key(self, delivery: Delivery) -> str:
        return f"{self.handler.name}:{delivery.stream}:{delivery.stream_sequence}"

    async def _excuse(self, delivery: Delivery) -> None:
        """That this process stops is no failure of the event."""
        with contextlib.suppress(Exception):
            async with asyncio.timeout(1):
                await self._store.attempts.excuse(self._note_key(delivery))

    async def _settle(self, delivery: Delivery) -> str:
        if delivery.delivered > self.handler.retry.attempts and await self._attempt(delivery) > (
            self.handler.retry.attempts
        ):
            return await self._suspect(delivery)
        return await self._known(delivery)

    async def _suspect(self, delivery: Delivery) -> str:
        """Delivered more often than it failed: it may be what ends the process. One at a time shows which one is."""
        async with self._suspects:
            if await self._store.attempts.begin(self._note_key(delivery)) > SUSPECT_ATTEMPTS:
                reason = f"begun {delivery.delivered} times and never answered; it may end the process"
                return await self._bury(delivery, "no_answer", reason)
            return await self._known(delivery)

    async def _known(self, delivery: Delivery) -> str:
        if isinstance(self.handler, RawHandler):
            if len(delivery.body) > BODY_LIMIT:
                reason = f"the body has {len(delivery.body)} bytes; at most {BODY_LIMIT} are read"
                return await self._bury(delivery, "too_large", reason)
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
        outcome: str | None = None
        while outcome is None:
            async with self.breaker.admitted():
                outcome = await self._attempt_once(delivery, run)
        return outcome

    async def _attempt_once(self, delivery: Delivery, run: Callable[[Delivery], Awaitable[None]]) -> str | None:
        """The outcome; None when the database was away, so that the same delivery is tried again."""
        outcome = "handled"
        try:
            async with asyncio.timeout(self.handler.time_limit):
                await run(delivery)
        except AlreadyDone:
            outcome = "repeated"
        except Early as early:
            self.breaker.succeeded()
            return await self._park(delivery, early)
        except Permanent as error:
            self.breaker.succeeded()
            return await self._bury(delivery, error.code, str(error))
        except Exception as error:
            if is_unavailable(error) or is_undecided(error):
                self.breaker.failed(everything=True)
                log.warning("%s waits for its database: %s", self.durable, error)
                return None
            self.breaker.failed()
            return await self._again(delivery, "handler_failed", self._reason(error))
        self.breaker.succeeded()
        await delivery.ack()
        return outcome

    def _reason(self, error: Exception) -> str:
        if isinstance(error, TimeoutError) and not str(error):
            return f"TimeoutError: took longer than {self.handler.time_limit:g} s"
        return f"{type(error).__name__}: {error}"

    async def _handle(self, delivery: Delivery) -> None:
        envelope, handler = delivery.envelope, self.handler
        if envelope is None or not isinstance(handler, Handler):
            raise LookupError("only an envelope can be handled")

        async def attempt(work: Work) -> None:
            if not await its_turn(work, handler, envelope):
                return
            await handler.run(envelope.event, work)

        name = f"process {handler.contract.family}"
        with processing(self, name, envelope.traceparent, envelope.nats_subject, envelope.id):
            await self._store.transact(attempt, cause=envelope, inbox_id=self._inbox_id(envelope))

    async def _receive(self, delivery: Delivery) -> None:
        handler = self.handler
        if not isinstance(handler, RawHandler):
            raise LookupError("only a raw handler receives payloads")
        message = RawMessage(delivery.subject, delivery.body, delivery.origin)

        async def attempt(work: Work) -> None:
            await handler.run(message, work)

        traceparent = delivery.headers.get("traceparent")
        with processing(self, f"process {handler.stream.lower()}", traceparent, "ingest", message.message_id):
            await self._store.transact(attempt, inbox_id=f"{handler.name}:{message.message_id}")

    @property
    def service(self) -> str:
        return self._store.service

    async def _unreadable(self, delivery: Delivery, defect: Unreadable) -> str:
        if defect.code == "unknown_type" and self._said_in_a_known_version(delivery):
            await delivery.ack()
            return "other_version"
        if self._another_build_may_read(delivery, defect):
            return await self._again(delivery, defect.code, str(defect))
        return await self._bury(delivery, defect.code, str(defect))

    def _another_build_may_read(self, delivery: Delivery, defect: Unreadable) -> bool:
        """Whether waiting can help: during an upgrade a replica of the other build may take the next delivery."""
        if defect.code == "unknown_type":
            return attributes_of(delivery.body)[0].type.startswith(f"cinnabar.{self._contract.family}.v")
        return defect.code in {"bad_json", "bad_envelope", "bad_data"}

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
        said = {part.strip() for part in (attributes.versions or "").split(",")}
        return attributes.type.startswith(f"cinnabar.{self._contract.family}.v") and bool(ours & said)

    @property
    def _contract(self) -> Contract:
        if not isinstance(self.handler, Handler):
            raise LookupError("a raw handler has no contract")
        return self.handler.contract

    async def _attempt(self, delivery: Delivery) -> int:
        """The number of this attempt: the delivery count without deliveries that were no attempt."""
        if delivery.delivered == 1:
            return 1
        return delivery.delivered - await self._store.attempts.excused(self._note_key(delivery))

    async def _again(self, delivery: Delivery, code: str, reason: str) -> str:
        delay = self.handler.retry.delay(await self._attempt(delivery), self._random)
        if delay is None:
            return await self._bury(delivery, code, reason)
        log.warning("%s tries %s again in %.1f s: %s", self.durable, delivery.subject, delay, reason)
        await delivery.nak(delay)
        return "retried"

    async def _park(self, delivery: Delivery, early: Early) -> str:
        """Give an early event back for a short while, until the one before it has had all its attempts."""
        since = await self._store.attempts.park(self._note_key(delivery), early.last)
        delay = park_delay(now() - since, self.handler.retry)
        if delay is None:
            return await self._bury(delivery, "out_of_order", str(early))
        await delivery.nak(delay)
        return "parked"

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
        metrics.DEAD_LETTERS.labels(self._store.service, self.handler.name, code).inc()
        log.error("dead letter from %s: %s: %s", self.durable, code, reason)
        return "dead_letter"
