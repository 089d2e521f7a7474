"""A stream filled beforehand and drained against the clock: by a handler, or by a plain nats-py loop."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from time import perf_counter
from typing import Any

from nats.js.api import AckPolicy, ConsumerConfig, DeliverPolicy

from bench.system import Plain, handled, reaches, running
from bench.traffic import fill
from contracts.envelope import Envelope
from kit.clock import uuid7
from kit.service import Service
from kit.settings import Settings

BARE = "bare"  # a municipality whose events no handler of the run hears
Write = Callable[[Sequence[Any]], Awaitable[object]]


async def by_handler(settings: Settings, plain: Plain, service: Service, sent: Sequence[Envelope]) -> float:
    """Events a second of the service's only handler, from its first effect until the last one is acknowledged.

    The stream is filled while the service is stopped, so that publishing costs it nothing.
    """
    (handler,) = service.handlers

    def count() -> float:
        return handled(service.name, handler.name)

    await fill(plain.jetstream, sent)
    before = count()
    async with running(settings, service):
        await reaches(count, before + 1)
        first, started = count(), perf_counter()
        await reaches(count, before + len(sent))
        return (before + len(sent) - first) / (perf_counter() - started)


async def by_loop(plain: Plain, sent: Sequence[Envelope], write: Write, batch: int) -> float:
    """Events a second of the least a consumer can do: fetch `batch`, `write` them, acknowledge, again."""
    stream, subject = sent[0].contract.stream, sent[0].nats_subject
    jetstream, durable = plain.jetstream, f"bare_{uuid7()[-12:]}"
    config = ConsumerConfig(
        durable_name=durable,
        filter_subject=subject,
        ack_policy=AckPolicy.EXPLICIT,
        deliver_policy=DeliverPolicy.NEW,
        max_ack_pending=1000,
    )
    await jetstream.add_consumer(stream, config=config)
    await fill(jetstream, sent)
    subscription = await jetstream.pull_subscribe_bind(consumer=durable, stream=stream)
    taken, started = 0, perf_counter()
    while taken < len(sent):
        messages = await subscription.fetch(batch, timeout=5)
        await write(messages)
        await asyncio.gather(*(message.ack() for message in messages))
        taken += len(messages)
    seconds = perf_counter() - started
    await subscription.unsubscribe()
    await jetstream.delete_consumer(stream, durable)
    return len(sent) / seconds
