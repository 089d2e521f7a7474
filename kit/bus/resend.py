"""Sends the tail of a stream that lost data again, from the outbox, which keeps its rows for a while."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from nats.errors import TimeoutError as NothingCame
from nats.js.api import ConsumerConfig, DeliverPolicy
from nats.js.errors import NotFoundError

from kit.bus.publish import Publisher
from kit.store.outbox import Outbox, Row

WINDOW = 500
# A row is committed before it is published, by clocks that may differ a little.
MARGIN = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Resent:
    """How many events were published again, were in the stream, or are gone but were refused as seen just now."""

    sent: int = 0
    found: int = 0
    remembered: int = 0

    def __add__(self, other: Resent) -> Resent:
        return Resent(self.sent + other.sent, self.found + other.found, self.remembered + other.remembered)


async def resend(publisher: Publisher, jetstream: Any, stream: str, outbox: Outbox, since: datetime) -> Resent:
    """Publish what was committed since then and is not in the stream.

    Subscribers may see an event twice that reached them before it was lost; its id is the same.
    Raises RuntimeError when the server takes some of them no more.
    """
    present = await _ids_in(jetstream, stream, since - MARGIN)
    total = Resent()
    async for window in _windows(outbox, since):
        missing = [row for row in window if row.id not in present]
        stored = await publisher.publish(missing)
        if len(stored) < len(missing):
            raise RuntimeError(f"{stream} took {total.sent} events again and then refused; the log says why")
        if stored:
            await outbox.mark_sent(stored)
        remembered = sum(stored.values())
        total += Resent(len(stored) - remembered, len(window) - len(missing), remembered)
    return total


async def _ids_in(jetstream: Any, stream: str, since: datetime) -> set[str]:
    config = ConsumerConfig(deliver_policy=DeliverPolicy.BY_START_TIME, opt_start_time=since, headers_only=True)
    try:
        subscription = await jetstream.subscribe("cinnabar.>", stream=stream, ordered_consumer=True, config=config)
    except NotFoundError:
        raise RuntimeError(f"there is no stream {stream}; run `cinnabar provision` first") from None
    ids: set[str] = set()
    try:
        info = await subscription.consumer_info()
        left = (info.num_pending or 0) + (info.delivered.consumer_seq if info.delivered else 0)
        while left > 0:
            message = await subscription.next_msg(timeout=5)
            left = message.metadata.num_pending
            ids.add((message.headers or {}).get("Nats-Msg-Id", ""))
    except NothingCame:
        raise RuntimeError(f"{stream} stopped answering while it was read; try again") from None
    finally:
        await subscription.unsubscribe()
    return ids


async def _windows(outbox: Outbox, since: datetime) -> AsyncIterator[list[Row]]:
    window: list[Row] = []
    async for row in outbox.since(since):
        window.append(row)
        if len(window) == WINDOW:
            yield window
            window = []
    if window:
        yield window
