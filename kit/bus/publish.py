"""Puts outbox rows on their streams, pipelined: nobody waits for one answer before sending the next."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from typing import Any

from contracts.envelope import CONTENT_TYPE
from kit.store.outbox import Row

log = logging.getLogger(__name__)

ACK_SECONDS = 5.0


async def publish(client: Any, jetstream: Any, rows: Sequence[Row]) -> dict[str, bool]:
    """Publish each row under its own id; the acknowledged ids, and whether the server had seen them lately."""
    if not client.is_connected:
        return {}
    promises: list[tuple[Row, asyncio.Future[Any]]] = []
    for row in rows:
        headers = {"Nats-Msg-Id": row.id, "content-type": CONTENT_TYPE}
        try:
            promise = await jetstream.publish_async(
                row.subject, row.body, wait_stall=ACK_SECONDS, stream=row.stream, headers=headers
            )
        except Exception as error:
            log.warning("%s %s cannot be published: %s", row.subject, row.id, error)
        else:
            promises.append((row, promise))
    if promises:
        await asyncio.wait([promise for _, promise in promises], timeout=ACK_SECONDS)
    return {row.id: bool(promise.result().duplicate) for row, promise in promises if _stored(row, promise)}


def _stored(row: Row, promise: asyncio.Future[Any]) -> bool:
    if not promise.done():
        promise.cancel()
        return False
    if promise.cancelled() or promise.exception() is not None:
        why = "cancelled" if promise.cancelled() else promise.exception()
        log.warning("%s %s was not stored: %s", row.subject, row.id, why)
        return False
    return True
