"""Fetches the documents of live calls once a day, to tell that one of them is another file now.

Of a file only its checksum is kept: nobody reads its text here. It is asked for as politely as every source is.
"""

from __future__ import annotations

import hashlib
import mimetypes
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from kit.clock import now
from kit.service import Context
from kit.store import Store, Work
from services.funding.calls.call import Call
from services.funding.calls.listing import CURRENT
from services.funding.calls.store import CALLS, keep
from services.funding.polling.client import client_for
from services.funding.polling.manners import Manners
from services.funding.polling.schedule import HOSTS
from services.funding.polling.store import StoredMemory, keep_marks
from services.funding.polling.web import PoliteWeb
from services.funding.sources.parsed_call import TenderDocument
from services.funding.sources.source import Mark, Payload, Unreachable

MAX_BYTES = 64 * 1024 * 1024
CALLS_AT_ONCE = 20
DOCUMENTS_OF_A_CALL = 50
_EVERY = timedelta(days=1)
_VISITOR = "documents"


async def fetch_documents(context: Context, manners: Manners | None = None) -> None:
    """Look at the documents of a few calls that nobody has looked at for a day."""
    settings, store = context.settings, context.store
    manners = manners or Manners(private_addresses=settings.private_sources)
    due = await _due(store, now())
    if not due:
        return
    contact = settings.contact or settings.mail_from
    async with client_for(contact=contact, site=settings.public_url, intermediate=None, manners=manners) as client:
        web = PoliteWeb(client, StoredMemory(_VISITOR, store), HOSTS, manners)
        for call in due:
            seen = [await _look(document, web, now()) for document in call.documents[:DOCUMENTS_OF_A_CALL]]
            await _note(call.call_id, seen, store)


async def _due(store: Store, moment: datetime) -> list[Call]:
    stale: dict[str, Any] = {"$or": [{"tried_at": None}, {"tried_at": {"$lt": moment - _EVERY}}]}
    query = {"joined_into": None, "status": {"$in": list(CURRENT)}, "documents": {"$elemMatch": stale}}
    return [CALLS.to_aggregate(each) async for each in store[CALLS].find(query, limit=CALLS_AT_ONCE)]


async def _look(document: TenderDocument, web: PoliteWeb, moment: datetime) -> tuple[TenderDocument, Mark | None]:
    """The document as it is found now: unchanged, another file, or out of reach with the reason."""
    tried = document.model_copy(update={"tried_at": moment, "refusal": None})
    try:
        stream = await web.stream_changed(document.url, max_bytes=MAX_BYTES)
        if stream is None:
            return tried, None
        digest, size = hashlib.sha256(), 0
        async for chunk in stream:
            digest.update(chunk)
            size += len(chunk)
    except Unreachable as reason:
        return tried.model_copy(update={"refusal": str(reason)[:300]}), None
    media_type, _ = mimetypes.guess_type(urlsplit(document.url).path)
    facts = {"sha256": digest.hexdigest(), "size": size, "fetched_at": moment, "media_type": media_type}
    return tried.model_copy(update=facts), stream.mark


async def _note(call_id: str, seen: Sequence[tuple[TenderDocument, Mark | None]], store: Store) -> None:
    async def note(work: Work) -> None:
        call = await work.load(CALLS, call_id)
        if call is not None:
            changes = call.fetched([document for document, _ in seen], work.now)
            keep(call, changes, work)
            keep_marks(_VISITOR, [Payload(mark.address, b"", mark) for _, mark in seen if mark], work)

    await store.transact(note)
