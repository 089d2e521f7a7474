"""Small services that say or hear one event, and what they made of it."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from fastapi import APIRouter

from contracts.envelope import CONTENT_TYPE
from contracts.funding import CallPublishedV1, CallPublishedV2
from contracts.registry import Event
from kit.bus.handlers import Handler, handles
from kit.clock import uuid7
from kit.service import Service
from kit.store import Collection, Work
from tests.conftest import Running
from tests.service.bus.toys import QUICK

EFFECTS = Collection("effects")


def toy(name: str, *handlers: Handler) -> Service:
    return Service(
        name=name,
        title=name,
        collections=[EFFECTS],
        api=APIRouter(),
        pages=APIRouter(),
        templates=Path(__file__).parent,
        handlers=handlers,
    )


def hears_v1(name: str) -> Service:
    @handles(CallPublishedV1, retry=QUICK)
    async def note(event: CallPublishedV1, work: Work) -> None:
        work.insert(EFFECTS, {"_id": uuid7(), "call": event.call_id, "deadline": event.deadline})

    return toy(name, note)


def hears_v2(name: str) -> Service:
    @handles(CallPublishedV2, retry=QUICK)
    async def note(event: CallPublishedV2, work: Work) -> None:
        dates = [each.at for each in event.deadlines]
        work.insert(EFFECTS, {"_id": uuid7(), "call": event.call_id, "dates": dates})

    return toy(name, note)


async def say(system: Running, name: str, events: Iterable[Event]) -> None:
    """Each event in a unit of work of its own, as its producer commits it."""
    for event in events:

        async def attempt(work: Work, event: Event = event) -> None:
            work.emit(event, sequence=1)

        await system.runtime.stores[name].transact(attempt)


async def all_settled(system: Running) -> bool:
    """Nothing waits to be published, delivered or answered."""
    for store in system.runtime.stores.values():
        if await store.outbox.oldest_unsent() is not None:
            return False
    consumers = await system.runtime.bus.jetstream.consumers_info("FUNDING")
    return all(each.num_pending == 0 and each.num_ack_pending == 0 for each in consumers)


async def effects(system: Running, name: str) -> list[dict[str, object]]:
    """What took effect at a service, once per effect, in the order of the calls' ids."""
    found: list[dict[str, object]] = (
        await system.runtime.stores[name][EFFECTS].find({}, {"_id": 0}, sort=[("call", 1)]).to_list(None)
    )
    return found


async def stored(system: Running) -> list[dict[str, Any]]:
    """The bodies kept by the funding stream, in their order."""
    jetstream = system.runtime.bus.jetstream
    state = (await jetstream.stream_info("FUNDING")).state
    messages = [await jetstream.get_msg("FUNDING", number) for number in range(state.first_seq, state.last_seq + 1)]
    return [json.loads(message.data) for message in messages]


async def publish_body(system: Running, body: dict[str, Any]) -> None:
    """Put a body on the subject of its type, whether this build knows the type or not."""
    subject = f"cinnabar.idrija.{body['type'].removeprefix('cinnabar.')}"
    headers = {"Nats-Msg-Id": body["id"], "content-type": CONTENT_TYPE}
    await system.runtime.bus.jetstream.publish(subject, json.dumps(body).encode(), headers=headers)
