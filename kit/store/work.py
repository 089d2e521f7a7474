"""The unit of work: reads what is committed, gathers writes and events, and leaves committing to the store.

A handler or command may be run again from the start (a conflict, a spoiled group), so it must do all
its writing through the unit of work and nothing else outside of it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator, Hashable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar

from opentelemetry import propagate
from pydantic import BaseModel
from pymongo import DeleteOne, InsertOne, UpdateOne
from pymongo import ReplaceOne as Replace

from contracts import conversions
from contracts.envelope import Envelope
from contracts.registry import Event
from kit.clock import uuid7
from kit.store.collections import Aggregates, Collection
from kit.store.groups import Claims, claims_of
from kit.store.lifts import Lifts, entity_key
from kit.store.seen import Seen, hashable

A = TypeVar("A", bound=BaseModel)

_AT_ONCE = 1_000_000
"""Parts of documents in one answer of the server, which still ends it at 16 MB."""
_SOME = 50
"""Whole documents in one answer."""


@dataclass(slots=True)
class Write:
    """One pending operation. `exact` writes must match a document, or the whole unit is refused.

    `shared`: it holds whatever others do to the same document meanwhile. `turn`: how many writes of the same unit to
    the same document come before it.
    """

    collection: str
    operation: Any
    key: Any
    exact: bool = False
    shared: bool = False
    turn: int = 0


@dataclass(slots=True)
class Work:
    """One unit of work. `now` is the same for everything done in it."""

    database: Any
    municipality: str
    now: datetime
    cause: Envelope | None = None
    actor: str | None = None
    inbox_id: str | None = None
    lifts: Lifts | None = None
    writes: list[Write] = field(default_factory=list)
    seen: Seen = field(default_factory=Seen)
    turns: Counter[tuple[str, Hashable]] = field(default_factory=Counter)
    outgoing: list[Envelope] = field(default_factory=list)

    async def load(self, where: Aggregates[A], key: str) -> A | None:
        """The committed aggregate of that key, or None."""
        document = await self.database[where.name].find_one({"_id": key})
        return None if document is None else where.to_aggregate(document)

    async def get(self, where: Collection, key: Any) -> dict[str, Any] | None:
        """The document of that `_id`, or None."""
        document: dict[str, Any] | None = await self.database[where.name].find_one({"_id": key})
        self.seen.one(where.name, key, document)
        return document

    async def find(
        self,
        where: Collection,
        query: dict[str, Any],
        *,
        sort: list[tuple[str, int]] | None = None,
        limit: int = 0,
    ) -> list[dict[str, Any]]:
        """All documents that meet `query`."""
        cursor = self.database[where.name].find(query, sort=sort, limit=limit)
        documents: list[dict[str, Any]] = await cursor.to_list(None)
        self.seen.many(where.name, documents)
        return documents

    async def each(self, where: Aggregates[A], query: dict[str, Any]) -> AsyncIterator[A]:
        """The committed aggregates that meet `query`, one after the other, however many; none is kept here.

        Their versions guard what is saved.
        """
        async for document in self.database[where.name].find(query, batch_size=_SOME):
            yield where.to_aggregate(document)

    async def parts(self, where: Collection, query: dict[str, Any], fields: Sequence[str]) -> list[dict[str, Any]]:
        """`_id` and some fields of all documents that meet `query`, in one answer; no write can rest on them."""
        cursor = self.database[where.name].find(query, dict.fromkeys(fields, 1), batch_size=_AT_ONCE)
        found: list[dict[str, Any]] = await cursor.to_list(None)
        return found

    def save(self, where: Aggregates[A], aggregate: A) -> A:
        """Store an aggregate if nobody changed it since it was loaded, and send the events it collected.

        Returns the aggregate as stored: one version higher and without events.
        """
        before: int = aggregate.version  # type: ignore[attr-defined]
        events: list[Event] = list(aggregate.events)  # type: ignore[attr-defined]
        stored = aggregate.model_copy(update={"version": before + 1, "events": []})
        document = where.to_document(stored)
        key = document["_id"]
        if before == 0:
            self._write(Write(where.name, InsertOne(document), key))
        else:
            self._write(Write(where.name, Replace({"_id": key, "version": before}, document), key, exact=True))
        for event in events:
            self.emit(event, sequence=before + 1)
        return stored

    def insert(self, where: Collection, document: dict[str, Any]) -> None:
        self._write(Write(where.name, InsertOne(document), document.get("_id")))

    def update(self, where: Collection, query: dict[str, Any], change: dict[str, Any], *, upsert: bool = False) -> None:
        """A change that holds whatever else happened meanwhile, such as $set or $inc on a read model."""
        self._write(Write(where.name, UpdateOne(query, change, upsert=upsert), query.get("_id"), shared=True))

    def put(self, where: Collection, document: dict[str, Any]) -> None:
        """Replace or create the document of that `_id`; if it was read here, only while nobody else changed it.

        One that came from `find` is not to be changed in place: put a changed copy.
        """
        key = document["_id"]
        guard = self.seen.guard(where.name, key)
        if guard is None:
            self._write(Write(where.name, Replace({"_id": key}, document, upsert=True), key))
            return
        if guard.absent:
            self._write(Write(where.name, InsertOne(document), key))
        else:
            self._write(Write(where.name, Replace(guard.query, document), key, exact=True))
        self.seen.put(where.name, document)

    def delete(self, where: Collection, key: Any) -> None:
        """Remove the document of that `_id`; if it was read here, only while nobody else changed it."""
        guard = self.seen.guard(where.name, key)
        if guard is None:
            self._write(Write(where.name, DeleteOne({"_id": key}), key))
        elif not guard.absent:
            self._write(Write(where.name, DeleteOne(guard.query), key, exact=True))

    def _write(self, write: Write) -> None:
        place = write.collection, hashable(write.key)
        if write.key is not None:
            write.turn = self.turns[place]
            self.turns[place] += 1
        self.writes.append(write)

    def emit(self, event: Event, *, sequence: int) -> Envelope:
        """Send an event when this unit commits, in every version that is still said; the envelope of `event` itself.

        `sequence` is the version of the entity it speaks of, lifted if it was said before (kit/store/lifts.py).
        """
        said = conversions.as_said(event, self.now)
        subject = str(getattr(event, event.contract.subject_field))
        lift = self.lifts.of(entity_key(event.contract.entity, subject)) if self.lifts else 0
        occurrence = uuid7()
        carrier: dict[str, str] = {}
        propagate.inject(carrier)
        newest, *_ = envelopes = [
            Envelope(
                id=occurrence if each is said[-1] else uuid7(),
                municipality=self.municipality,
                subject=str(getattr(each, each.contract.subject_field)),
                sequence=sequence + lift,
                time=self.now,
                event=each,
                correlation_id=self.cause.correlation_id if self.cause else occurrence,
                causation_id=self.cause.id if self.cause else None,
                traceparent=carrier.get("traceparent"),
                versions=tuple(sorted(other.contract.version for other in said)),
                occurrence_id=None if each is said[-1] else occurrence,
            )
            for each in said
        ]
        self.outgoing += envelopes
        return newest

    @property
    def claims(self) -> Claims:
        """The documents this unit writes and the entity whose event it handles."""
        alone: list[Hashable] = [(write.collection, hashable(write.key)) for write in self.writes if not write.shared]
        if self.cause is not None and self.inbox_id is not None:
            alone.append(("an entity", self.cause.contract.service, self.cause.subject))
        shared = [(write.collection, hashable(write.key)) for write in self.writes if write.shared]
        return claims_of(alone, shared)

    @property
    def empty(self) -> bool:
        return not self.writes and not self.outgoing and self.inbox_id is None
