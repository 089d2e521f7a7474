"""Small services that hear one event, and what a test wants to know of them."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from fastapi import APIRouter

from contracts.actions import ActivityStatusChangedV1
from contracts.envelope import CONTENT_TYPE, Envelope
from kit.bus.handlers import Handler, RawHandler, Retry, handles
from kit.bus.letter import DeadLetter, Which
from kit.clock import uuid7
from kit.runtime import Runtime
from kit.service import Job, Service
from kit.settings import Settings
from kit.store import Collection, Work
from tests.waiting import until

EFFECTS = Collection("effects")
QUICK = Retry(delays=(0.05, 0.05), jitter=0)
Changed = ActivityStatusChangedV1
Take = Callable[[Changed, Work], Awaitable[None]]


def toy(name: str, *handlers: Handler | RawHandler, jobs: Sequence[Job] = ()) -> Service:
    return Service(
        name=name,
        title=name,
        collections=[EFFECTS],
        api=APIRouter(),
        pages=APIRouter(),
        templates=Path(__file__).parent,
        handlers=handlers,
        jobs=jobs,
    )


def changed(key: str, text: str = "done") -> Changed:
    return Changed(
        activity_id=key,
        number="1.1",
        title="Toy",
        action_number="1",
        before="planned",
        after=text,
        changed_by="toy",
    )


def envelope(key: str, sequence: int = 1, *, event_id: str | None = None, municipality: str = "idrija") -> Envelope:
    event_id = event_id or uuid7()
    return Envelope(event_id, municipality, key, sequence, datetime.now(UTC), changed(key), correlation_id=event_id)


async def effect(event: Changed, work: Work) -> None:
    """What a handler does in these tests: it leaves one trace of each event that took effect."""
    cause = work.cause
    work.insert(
        EFFECTS,
        {
            "_id": uuid7(),
            "key": event.activity_id,
            "text": event.after,
            "event": cause.id if cause else None,
            "sequence": cause.sequence if cause else 0,
        },
    )


def keeper(retry: Retry = QUICK, first: Take | None = None, name: str = "keep", **options: Any) -> Handler:
    """A handler that does `first`, which may raise, and then leaves its trace."""

    async def keep(event: Changed, work: Work) -> None:
        if first is not None:
            await first(event, work)
        await effect(event, work)

    keep.__name__ = name
    return handles(Changed, retry=retry, **options)(keep)


async def effects(runtime: Runtime, service: str = "notifications") -> list[str]:
    """The keys of all events that took effect, as often as they did, in the order of their commits."""
    found = runtime.stores[service][EFFECTS].find({}, sort=[("_id", 1)])
    return [document["key"] async for document in found]


async def sorted_effects(runtime: Runtime, keys: Sequence[str], service: str = "notifications") -> None:
    """Wait until at least as many effects are there, then hold that they are exactly these."""

    async def enough() -> bool:
        return len(await effects(runtime, service)) >= len(keys)

    await until(enough)
    assert sorted(await effects(runtime, service)) == sorted(keys)


async def send(runtime: Runtime, *sent: Envelope) -> None:
    await asyncio.gather(*(send_body(runtime, one.encode(), one.nats_subject, one.id) for one in sent))


async def send_body(
    runtime: Runtime,
    body: bytes,
    subject: str = "cinnabar.idrija.actions.activity.status_changed.v1",
    message_id: str | None = None,
    **headers: str,
) -> None:
    told = {"content-type": CONTENT_TYPE, "Nats-Msg-Id": message_id or uuid7()}
    told |= {name.replace("_", "-"): value for name, value in headers.items()}
    await runtime.bus.jetstream.publish(subject, body, headers=told, timeout=60)


async def letters(runtime: Runtime, **query: Any) -> list[DeadLetter]:
    return [letter async for letter in runtime.bus.dead_letters.each(Which(**query))]


async def say(runtime: Runtime, *events: Changed, sequence: int = 1, service: str = "actions") -> None:
    """Say events the proper way: outbox and relay."""

    async def attempt(work: Work) -> None:
        for event in events:
            work.emit(event, sequence=sequence)

    await runtime.stores[service].transact(attempt)


async def answer_late(runtime: Runtime, durable: str = "notifications_keep", **changes: Any) -> None:
    """Shorten what the server waits for an answer on a durable of the stream ACTIONS."""
    jetstream = runtime.bus.jetstream
    config = (await jetstream.consumer_info("ACTIONS", durable)).config
    await jetstream.add_consumer("ACTIONS", config=config.evolve(**({"ack_wait": 1.0} | changes)))


def in_short(settings: Settings, **changes: Any) -> Settings:
    return settings.model_copy(update=changes)
