"""What a stream holds that its own service no longer knows to have said: the store came back from an older copy."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from nats.js.errors import NotFoundError

from contracts.envelope import Unreadable, attributes_of
from contracts.registry import stream_of
from kit.bus.reading import Reading
from kit.clock import now
from kit.store import Store
from kit.store.lifts import entity_key
from kit.store.outbox import RETENTION

MESSAGE_ID = "Nats-Msg-Id"


async def is_ahead(jetstream: Any, store: Store) -> bool:
    """Whether the newest event of the stream is one the store would remember and does not, nor goes on above."""
    try:
        newest = await jetstream.get_last_msg(stream_of(store.service), subject=_own(store))
    except NotFoundError:
        return False
    if newest.time is None or newest.time < now() - RETENTION:
        return False
    event_id = (newest.headers or {}).get(MESSAGE_ID, "")
    if event_id in await store.outbox.known([event_id]):
        return False
    about = _about(newest.subject, newest.data)
    return about is not None and not store.lifts.of(about[0])


async def go_on_above(jetstream: Any, store: Store, since: datetime) -> int:
    """Let the entities of which more was said since then than the store knows go on above it; how many those are.

    A process of the service learns of it when it starts. May run again.
    """
    await store.lifts.start()
    said = await _said_and_forgotten(jetstream, store, since)
    versions = await store.versions({entity.partition(":")[2] for entity in said})
    return sum(
        [
            await store.lifts.lift(entity, version=versions.get(entity.partition(":")[2], 0), said=sequence)
            for entity, sequence in said.items()
        ]
    )


async def _said_and_forgotten(jetstream: Any, store: Store, since: datetime) -> Mapping[str, int]:
    """The highest sequence of each entity of which the stream has anything that the outbox has not."""
    reading = Reading(jetstream, stream_of(store.service), [_own(store)], since=since)
    highest: dict[str, int] = {}
    forgotten: set[str] = set()
    try:
        while messages := await reading.batch():
            ids = [(message.headers or {}).get(MESSAGE_ID, "") for message in messages]
            known = await store.outbox.known(ids)
            for event_id, message in zip(ids, messages, strict=True):
                about = _about(message.subject, message.data)
                if about is None:
                    continue
                entity, sequence = about
                highest[entity] = max(highest.get(entity, 0), sequence)
                if event_id not in known:
                    forgotten.add(entity)
    finally:
        await reading.close()
    return {entity: highest[entity] for entity in forgotten}


def _own(store: Store) -> str:
    return f"cinnabar.{store.municipality}.{store.service}.>"


def _about(subject: str, body: bytes) -> tuple[str, int] | None:
    """The entity, as `lifts` names it, and its sequence; None for what cannot be read, which nobody counted."""
    try:
        said, _ = attributes_of(body)
    except Unreadable:
        return None
    return entity_key(subject.split(".")[3], said.subject), said.sequence
