"""What the stores, the streams and the mail sink hold at the end, read with plain drivers and no product code."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

import nats
from nats.js.api import ConsumerConfig, DeliverPolicy
from pymongo import AsyncMongoClient

SERVICES = ("actions", "funding", "sensors", "notifications", "reporting")
EVENT_STREAMS = tuple(name.upper() for name in SERVICES)
Document = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Said:
    """One event as a stream keeps it."""

    stream: str
    stream_sequence: int
    subject: str
    id: str
    type: str
    entity: str
    sequence: int
    data: Document

    @property
    def what(self) -> str:
        """`call.published` of `cinnabar.funding.call.published.v1`."""
        return ".".join(self.type.split(".")[2:4])


@dataclass(frozen=True, slots=True)
class Hearer:
    """One durable consumer, how far behind it is, and which subject it hears."""

    service: str
    handler: str
    stream: str
    subject: str
    waiting: int


@dataclass(frozen=True, slots=True)
class Letter:
    """One mail in the sink."""

    message_id: str
    to: str
    text: str


@dataclass(slots=True)
class Evidence:
    """Everything the checker looks at."""

    accepted: dict[str, list[Document]]
    stores: dict[str, dict[str, list[Document]]]
    said: list[Said]
    hearers: list[Hearer]
    dead_letters: list[str]
    mails: list[Letter] = field(default_factory=list)

    def of(self, what: str) -> list[Said]:
        """Events of one kind in its newest version, a repeated id once. Older versions are said beside it."""
        newest = max((each.type for each in self.said if each.what == what), key=_version, default="")
        once = {each.id: each for each in self.said if each.type == newest}
        return list(once.values())

    def documents(self, service: str, collection: str) -> list[Document]:
        return self.stores[service].get(collection, [])

    @property
    def repeats(self) -> Counter[str]:
        """Event ids that a stream holds more than once, and how often more."""
        return Counter({key: count - 1 for key, count in Counter(each.id for each in self.said).items() if count > 1})


def _version(event_type: str) -> int:
    return int(event_type.rpartition(".v")[2] or 0)


def journal(file: Path) -> dict[str, list[Document]]:
    """Accepted commands by kind, in the order of acceptance."""
    kinds: dict[str, list[Document]] = {}
    for line in file.read_text().splitlines():
        note = json.loads(line)
        kinds.setdefault(note.pop("kind"), []).append(note)
    return kinds


async def gather_evidence(nats_url: str, mongo_url: str, mail: Path, accepted: Path) -> Evidence:
    client = await nats.connect(nats_url)
    try:
        jetstream = client.jetstream(timeout=10)
        said = [event for name in EVENT_STREAMS for event in await _events(jetstream, name)]
        hearers = [hearer for name in (*EVENT_STREAMS, "INGEST") for hearer in await _hearers(jetstream, name)]
        letters = [
            f"{headers.get('Cinnabar-Handler')}: {headers.get('Cinnabar-Code')}: {headers.get('Cinnabar-Reason')}"
            for headers in await _dead_letters(jetstream)
        ]
    finally:
        await client.close()
    async with AsyncMongoClient[Document](mongo_url, tz_aware=True) as mongo:
        stores = {service: await _store(mongo[f"cinnabar_{service}"]) for service in SERVICES}
    return Evidence(journal(accepted), stores, said, hearers, letters, list(_mails(mail)))


async def _store(database: Any) -> dict[str, list[Document]]:
    names = await database.list_collection_names()
    return {name: await database[name].find({}).to_list(None) for name in names}


async def _messages(jetstream: Any, stream: str) -> list[Any]:
    if not (await jetstream.stream_info(stream)).state.messages:
        return []
    subscription = await jetstream.subscribe(
        ">", stream=stream, ordered_consumer=True, config=ConsumerConfig(deliver_policy=DeliverPolicy.ALL)
    )
    found = []
    try:
        while True:
            message = await subscription.next_msg(timeout=10)
            found.append(message)
            if message.metadata.num_pending == 0:
                return found
    finally:
        await subscription.unsubscribe()


async def _events(jetstream: Any, stream: str) -> list[Said]:
    return [
        _said(stream, message) for message in await _messages(jetstream, stream) if message.subject.startswith("cinna")
    ]


def _said(stream: str, message: Any) -> Said:
    body = json.loads(message.data)
    return Said(
        stream=stream,
        stream_sequence=message.metadata.sequence.stream,
        subject=message.subject,
        id=body["id"],
        type=body["type"],
        entity=body["subject"],
        sequence=body["sequence"],
        data=body["data"],
    )


async def _hearers(jetstream: Any, stream: str) -> list[Hearer]:
    found = []
    for info in await jetstream.consumers_info(stream):
        service, _, handler = (info.config.durable_name or "").partition("_")
        if service in SERVICES:
            subject = (info.config.filter_subjects or [info.config.filter_subject])[0]
            found.append(Hearer(service, handler, stream, subject, info.num_pending + info.num_ack_pending))
    return found


async def _dead_letters(jetstream: Any) -> list[dict[str, str]]:
    return [message.headers or {} for message in await _messages(jetstream, "DEADLETTERS")]


def _mails(folder: Path) -> Iterable[Letter]:
    for file in sorted(folder.glob("*.eml")):
        message = message_from_bytes(file.read_bytes(), policy=policy.default)
        part = message.get_body(preferencelist=("plain",))
        text = "" if part is None else str(part.get_content())
        yield Letter(str(message["Message-ID"]), str(message["X-Envelope-To"]), text)


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text)
