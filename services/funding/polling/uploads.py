"""Tables that people send: looked at first, with every doubt, and taken only when somebody says so."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

from kit.http.problems import FieldError, Problem
from kit.store import Store, Work
from services.funding.polling.reading import read_run
from services.funding.polling.runs import Run
from services.funding.polling.store import PAYLOADS, body_of, payload_document
from services.funding.sources.source import Malformed, Payload, Portion
from services.funding.sources.table import Table, TableRead

TABLE = Table()


async def look_at(name: str, body: bytes, store: Store, by: str) -> tuple[str, TableRead]:
    """Keep the file and say what it holds; the id under which it can be taken. Raises Problem for what is no table."""
    payload = Payload(name or "table", body)
    read = await _read(payload)
    document = await asyncio.to_thread(payload_document, TABLE.name, payload)

    async def keep(work: Work) -> None:
        work.put(PAYLOADS, {**document, "at": work.now, "by": by, "unread": "nobody has taken its calls yet"})

    await store.transact(keep)
    return str(document["_id"]), read


async def take(payload_id: str, store: Store, by: str) -> Run:
    """Take the calls of a table that was looked at. Raises Problem when it is not there."""
    document = await store[PAYLOADS].find_one({"_id": payload_id, "source": TABLE.name})
    body = None if document is None else body_of(document)
    if document is None or body is None:
        raise Problem.at("table", "this table is not here", "send the file again", status=404)

    async def portions() -> AsyncIterator[Portion]:
        yield [Payload(document["url"], body)]

    run = await read_run(TABLE, portions(), store, by=by, whole=False)

    async def note(work: Work) -> None:
        work.update(PAYLOADS, {"_id": payload_id}, {"$set": {"unread": None, "run_id": run.run_id}})

    await store.transact(note)
    return run


def preview_shown(payload_id: str, read: TableRead) -> dict[str, Any]:
    """A look at a table for people and programs; of the calls the first twenty."""
    reading = read.reading
    return {
        "table": payload_id,
        "form": read.form,
        "columns": dict(read.columns),
        "ignored": list(read.ignored),
        "rows": reading.seen,
        "calls": len(reading.calls),
        "first": [call.model_dump(mode="json", exclude_defaults=True) for call in reading.calls[:20]],
        "doubts": [
            {"row": call.raw_reference, "title": call.title, **unread.model_dump()}
            for call in reading.calls
            for unread in call.unread
        ][:200],
        "rejected": [
            {"row": each.row, "field": each.field, "reason": each.reason, "mend": each.mend}
            for each in reading.rejected[:200]
        ],
    }


async def _read(payload: Payload) -> TableRead:
    try:
        return await asyncio.to_thread(TABLE.preview, payload)
    except Malformed as malformed:
        error = FieldError("table", malformed.reason, malformed.mend)
        raise Problem(422, str(malformed), [error]) from None
