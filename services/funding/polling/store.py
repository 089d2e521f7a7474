"""What polling stores: sources with their health, runs, what each row last said, payloads, and marks of addresses."""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from kit.clock import now
from kit.store import Aggregates, Collection, Index, Store, Work
from services.funding.polling.health import SourceHealth
from services.funding.sources.source import Mark, Payload, Signal

SOURCES = Aggregates("sources", of=SourceHealth, key="source")
RUNS = Collection("source_runs", indexes=[Index([("source", 1), ("_id", -1)]), Index([("state", 1)])])
ROWS = Collection("source_rows", indexes=[Index([("source", 1)]), Index([("call_id", 1)])])
PAYLOAD_DAYS = 400
PAYLOADS = Collection(
    "payloads", indexes=[Index([("source", 1), ("at", -1)]), Index([("at", 1)], expire_after=PAYLOAD_DAYS * 24 * 3600)]
)
MARKS = Collection("source_marks")
ROBOTS = Collection("source_robots", indexes=[Index([("at", 1)], expire_after=30 * 24 * 3600)])
SIGNALS = Collection("source_signals", indexes=[Index([("source", 1), ("at", -1)])])

ALL = [SOURCES, RUNS, ROWS, PAYLOADS, MARKS, ROBOTS, SIGNALS]

# A document of the store holds 16 MiB; what is larger even when packed is kept as its digest alone.
LARGEST_PACKED = 15 * 1024 * 1024


def payload_document(source: str, payload: Payload) -> dict[str, Any]:
    """The untouched bytes, packed, once for every content, so that a reading can be repeated and disputed."""
    digest = hashlib.sha256(payload.body).hexdigest()
    packed = zlib.compress(payload.body, 6)
    return {
        "_id": f"{source}:{digest}",
        "source": source,
        "url": payload.url,
        "size": len(payload.body),
        "zlib": packed if len(packed) <= LARGEST_PACKED else None,
    }


def body_of(document: dict[str, Any]) -> bytes | None:
    """The bytes of a kept payload; None when they were too many to keep."""
    if "body" in document:
        return bytes(document["body"])
    return None if document["zlib"] is None else zlib.decompress(document["zlib"])


async def keep_signals(source: str, signals: Sequence[Signal], work: Work) -> int:
    """Store signals, each once; how many nobody had heard before."""
    told = {hashlib.sha256(f"{source}\x1f{signal.key}".encode()).hexdigest()[:32]: signal for signal in signals}
    known = {each["_id"] for each in await work.find(SIGNALS, {"_id": {"$in": list(told)}})} if told else set()
    for key, signal in told.items():
        facts = {name: getattr(signal, name) for name in ("title", "kind", "url", "about", "text")}
        if key not in known:
            work.put(SIGNALS, {"_id": key, "source": source, **facts, "at": signal.at or work.now})
    return len(told) - len(known)


def keep_marks(source: str, payloads: Sequence[Payload], work: Work) -> None:
    """From now on these addresses are asked only whether they changed since."""
    for payload in payloads:
        mark = payload.mark
        if mark is not None and (mark.etag or mark.modified or mark.said):
            facts = {"etag": mark.etag, "modified": mark.modified, "said": mark.said}
            work.put(MARKS, {"_id": _mark_id(source, mark.address), "address": mark.address, **facts, "at": work.now})


class StoredMemory:
    """`Memory` of one source in the store."""

    def __init__(self, source: str, store: Store) -> None:
        self._source = source
        self._store = store

    async def mark(self, address: str) -> Mark | None:
        found = await self._store[MARKS].find_one({"_id": _mark_id(self._source, address)})
        return None if found is None else Mark(address, found["etag"], found["modified"], found["said"])

    async def robots(self, site: str) -> str | None:
        found = await self._store[ROBOTS].find_one({"_id": site, "at": {"$gt": now() - timedelta(days=1)}})
        return None if found is None else str(found["text"])

    async def keep_robots(self, site: str, text: str) -> None:
        async def keep(work: Work) -> None:
            work.put(ROBOTS, {"_id": site, "text": text, "at": work.now})

        await self._store.transact(keep)


def _mark_id(source: str, address: str) -> str:
    return hashlib.sha256(f"{source}\x1f{address}".encode()).hexdigest()[:32]
