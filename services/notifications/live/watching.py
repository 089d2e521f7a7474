"""Says when something of an inbox has changed, and nothing else: what changed is read as the page is."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Sequence
from time import monotonic
from typing import Any

from kit.bus.tail import Said, Tail
from kit.store import Store
from services.notifications.store import ALERTS

_ABOUT_ALERTS = ".notifications.alert."
_CHUNK = 256 * 1024
CHANGED = b"id: changed\ndata: changed\n\n"
_BEAT = b": beat\n\n"


async def changes(tail: Tail, store: Store, whose: dict[str, Any], *, again: bool) -> AsyncIterator[bytes]:
    """Frames of Server-Sent Events, until the process ends. `whose` finds the inbox's alerts.

    `again`: the reader was away; it is told at once, because something may have come meanwhile.
    """
    yield b"retry: 2000\n\n"
    if again:
        yield CHANGED
    number, sent_at = tail.end, monotonic()
    while not tail.closing:
        try:
            said, number = tail.since(number, _CHUNK)
            news = await _concern(said, store, whose)
        except LookupError:
            number, news = tail.end, True
        if news:
            sent_at = monotonic()
            yield CHANGED
        elif monotonic() - sent_at >= tail.beat:
            sent_at = monotonic()
            yield _BEAT
        if number == tail.end:
            await tail.news()


async def _concern(said: Sequence[Said], store: Store, whose: dict[str, Any]) -> bool:
    alerts = [json.loads(each.body)["subject"] for each in said if _ABOUT_ALERTS in each.subject]
    if not alerts:
        return False
    return await store[ALERTS].find_one({"_id": {"$in": alerts}, **whose}, {"_id": 1}) is not None
