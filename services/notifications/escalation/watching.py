"""How many alerts nobody answered, for those who watch: said by every process, from what is stored."""

from __future__ import annotations

import asyncio
import logging

from kit import metrics
from kit.service import Context
from kit.store import Store
from services.notifications.store import ALERTS

log = logging.getLogger(__name__)

EVERY_SECONDS = 15.0


async def tell_unanswered(context: Context) -> None:
    """Keep the gauge fresh for as long as this process runs."""
    while True:
        try:
            await tell(context.store)
        except Exception as error:
            log.debug("how many alerts nobody answered is not known now: %s", error)
        await asyncio.sleep(EVERY_SECONDS)


async def tell(store: Store) -> None:
    metrics.UNANSWERED.set(await store[ALERTS].count_documents({"chase.state": "unanswered"}))
