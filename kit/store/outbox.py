"""Outgoing events, stored in the transaction that caused them, and claimed by relays by their status.

A row is born claimed by the process that committed it, which publishes it at once from memory. When that
process dies its claim runs out, and any relay's sweep takes the row over. Nobody pages by id: commits
become visible out of order.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from contracts.envelope import Envelope
from kit.clock import now, uuid7
from kit.store.collections import Collection, Index

CLAIM = timedelta(seconds=10)
RETENTION = timedelta(days=14)
# Half of what nats-server takes by default, so that a dead letter's headers still fit beside any body.
BODY_LIMIT = 512 * 1024

OUTBOX = Collection(
    "outbox",
    indexes=[
        Index([("sent_at", 1)], expire_after=int(RETENTION.total_seconds())),
        Index([("state", 1), ("created_at", 1)], where={"state": "claimed"}),
        Index([("created_at", 1)]),
    ],
)


class EventTooLarge(ValueError):
    """An event that no subscriber would accept; it spoils only the unit of work that wanted to send it."""


@dataclass(frozen=True, slots=True)
class Row:
    """One event ready for the wire. `id` is also its `Nats-Msg-Id`."""

    id: str
    subject: str
    stream: str
    body: bytes
    created_at: datetime


def row_of(envelope: Envelope, created_at: datetime) -> Row:
    """Raises EventTooLarge."""
    body = envelope.encode()
    if len(body) > BODY_LIMIT:
        raise EventTooLarge(
            f"{envelope.contract.type} about {envelope.subject} has {len(body)} bytes; at most {BODY_LIMIT} may be sent"
        )
    return Row(envelope.id, envelope.nats_subject, envelope.contract.stream, body, created_at)


def document_of(row: Row, owner: str) -> dict[str, Any]:
    """The row, claimed by `owner`, who publishes it from memory as soon as it is committed."""
    return {
        "_id": row.id,
        "subject": row.subject,
        "stream": row.stream,
        "body": row.body,
        "created_at": row.created_at,
        "state": "claimed",
        "claimed_by": owner,
        "claimed_until": now() + CLAIM,
    }


def _row(document: dict[str, Any]) -> Row:
    return Row(
        document["_id"], document["subject"], document["stream"], bytes(document["body"]), document["created_at"]
    )


class Outbox:
    """The outbox of one service, as one relay sees it."""

    def __init__(self, database: Any, owner: str) -> None:
        self._rows = database[OUTBOX.name]
        self.owner = owner

    async def mark_sent(self, ids: Iterable[str]) -> None:
        await self._rows.update_many(
            {"_id": {"$in": list(ids)}},
            {"$set": {"state": "sent", "sent_at": now()}, "$unset": {"claimed_by": 1, "claimed_until": 1}},
        )

    async def release(self, ids: Iterable[str]) -> None:
        """Let any relay's next sweep have these rows; this process stops before it has sent them."""
        query = {"_id": {"$in": list(ids)}, "state": "claimed"}
        await self._rows.update_many(query, {"$set": {"claimed_until": now()}})

    async def claim_abandoned(self, limit: int, held: set[str]) -> list[Row]:
        """Claim rows whose claim ran out, except those this process still holds in memory."""
        moment = now()
        query: dict[str, Any] = {"state": "claimed", "claimed_until": {"$lt": moment}}
        cursor = self._rows.find(query, {"_id": 1}, sort=[("created_at", 1)], limit=limit + len(held))
        ids = [document["_id"] async for document in cursor if document["_id"] not in held][:limit]
        if not ids:
            return []
        token = f"{self.owner}:{uuid7()}"
        await self._rows.update_many(
            {"_id": {"$in": ids}, **query}, {"$set": {"claimed_by": token, "claimed_until": moment + CLAIM}}
        )
        cursor = self._rows.find({"_id": {"$in": ids}, "claimed_by": token}, sort=[("created_at", 1)])
        return [_row(document) async for document in cursor]

    async def oldest_unsent(self) -> datetime | None:
        document = await self._rows.find_one({"state": "claimed"}, {"created_at": 1}, sort=[("created_at", 1)])
        return None if document is None else document["created_at"]

    async def known(self, ids: Iterable[str]) -> set[str]:
        """Those of `ids` that were committed here and are still kept."""
        return {row["_id"] async for row in self._rows.find({"_id": {"$in": list(ids)}}, {"_id": 1})}

    async def since(self, moment: datetime) -> AsyncIterator[Row]:
        """Every row still kept that was committed at or after `moment`, oldest first, sent or not."""
        async for document in self._rows.find({"created_at": {"$gte": moment}}, sort=[("created_at", 1)]):
            yield _row(document)
