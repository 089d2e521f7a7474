"""Delivers what is due: claims some, posts them at once, and notes what came of each.

A receiver that hangs holds a few places of its own and nobody else's: a post that takes longer than most gives its
place back while it waits, and a webhook that fails has one post under way at a time. A claim is a stored step that
runs out, so that what a dead process had in hand is posted by another; the receiver then tells by `webhook-id` that it
had it already.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import random
from collections import Counter
from datetime import timedelta
from time import monotonic
from typing import Any

from kit.clock import now, uuid7
from kit.egress import Inside
from kit.ending import end
from kit.sealing import Unsealable, unseal
from kit.service import Context
from kit.store import Conflict, Work
from services.notifications.webhooks.egress import Clients
from services.notifications.webhooks.outcome import Outcome, next_try
from services.notifications.webhooks.sending import TIMEOUT_SECONDS, Post, post
from services.notifications.webhooks.store import ATTEMPTS, DELIVERIES, WEBHOOKS, waiting_first
from services.notifications.webhooks.webhook import SEALED_FOR, Webhook

log = logging.getLogger(__name__)

# Posts begun a moment ago, and all that were not answered yet, which cost little more than a socket each.
AT_ONCE = 200
UNANSWERED = 2000
SLOW_SECONDS = 1.0
OF_ONE = 5
OF_ONE_THAT_FAILS = 1
CLIENTS_KEPT = 500
LEASE = timedelta(seconds=4 * TIMEOUT_SECONDS)
BEHIND_ANOTHER = timedelta(seconds=1)
LOOK_AGAIN = 0.2
AWAY_SECONDS = 1.0

Row = dict[str, Any]


async def deliver_webhooks(context: Context) -> None:
    """Deliver for as long as this process runs."""
    courier = Courier(context)
    try:
        await courier.run()
    finally:
        await courier.stop()


class Courier:
    """What one process has in hand."""

    def __init__(self, context: Context, limit: float = TIMEOUT_SECONDS) -> None:
        self._context = context
        self._limit = limit
        inside = Inside.parse(context.settings.webhook_inside)
        self._clients = Clients(inside, connections=OF_ONE, kept=CLIENTS_KEPT)
        self._posting: set[asyncio.Task[None]] = set()
        self._begun: dict[str, float] = {}
        self._in_hand: Counter[str] = Counter()
        self._failing: set[str] = set()
        self._wake = asyncio.Event()

    async def run(self) -> None:
        while True:
            self._wake.clear()
            claimed = 0
            try:
                claimed = await self._round()
            except Exception:
                log.exception("webhooks failed at one round and start another")
            if not claimed:
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(self._wake.wait(), LOOK_AGAIN)

    async def stop(self) -> None:
        await end(self._posting)
        await self._clients.close()

    async def _round(self) -> int:
        lately = monotonic() - SLOW_SECONDS
        fresh = sum(began > lately for began in self._begun.values())
        room = min(AT_ONCE - fresh, UNANSWERED - len(self._begun))
        if room <= 0:
            return 0
        claimed = await self._claim(room)
        await self._clients.tidy(self._in_hand)
        for row, webhook in claimed:
            self._in_hand[row["webhook"]] += 1
            task = asyncio.create_task(self._deliver(row, webhook), name=f"webhook-{row['_id']}")
            self._posting.add(task)
            task.add_done_callback(self._posting.discard)
        return len(claimed)

    async def _claim(self, room: int) -> list[tuple[Row, Webhook]]:
        """Due rows that nobody else has, not too many of one webhook; what may not go yet is put off or held."""
        full = [webhook for webhook, count in self._in_hand.items() if count >= self._most_of(webhook)]
        token = uuid7()

        async def claim(work: Work) -> list[tuple[Row, Webhook]]:
            due = {"due": {"$lte": work.now}, "webhook": {"$nin": full}}
            rows = await work.find(DELIVERIES, due, sort=[("due", 1)], limit=2 * room)
            known: dict[str, Webhook | None] = {}
            taken: Counter[str] = Counter()
            claimed: list[tuple[Row, Webhook]] = []
            for row in rows:
                name = row["webhook"]
                if name not in known:
                    known[name] = await work.load(WEBHOOKS, name)
                    self._look_at(known[name])
                webhook = known[name]
                if self._in_hand[name] + taken[name] >= self._most_of(name) or len(claimed) >= room:
                    continue
                if webhook is None or webhook.state != "active":
                    work.put(DELIVERIES, row | {"state": "held", "due": None})
                elif webhook.quiet_until is not None and webhook.quiet_until > work.now:
                    work.put(DELIVERIES, row | {"due": webhook.quiet_until})
                elif webhook.in_order and await waiting_first(webhook, row, work):
                    work.put(DELIVERIES, row | {"due": work.now + BEHIND_ANOTHER})
                else:
                    taken[name] += 1
                    mine = row | {"state": "sending", "due": work.now + LEASE, "claim": token}
                    work.put(DELIVERIES, mine)
                    claimed.append((mine, webhook))
            return claimed

        try:
            return await self._context.store.transact(claim)
        except Conflict:
            return []

    def _look_at(self, webhook: Webhook | None) -> None:
        if webhook is not None and webhook.failing_since is not None:
            self._failing.add(webhook.webhook_id)
        elif webhook is not None:
            self._failing.discard(webhook.webhook_id)

    def _most_of(self, webhook_id: str) -> int:
        return OF_ONE_THAT_FAILS if webhook_id in self._failing else OF_ONE

    async def _deliver(self, row: Row, webhook: Webhook) -> None:
        self._begun[row["_id"]] = monotonic()
        try:
            outcome = await self._post(row, webhook)
            await self._note(row, outcome)
        finally:
            del self._begun[row["_id"]]
            self._in_hand[row["webhook"]] -= 1
            if not self._in_hand[row["webhook"]]:
                del self._in_hand[row["webhook"]]
            self._wake.set()

    async def _post(self, row: Row, webhook: Webhook) -> Outcome:
        own = self._context.settings.secret.get_secret_value()
        moment = now()
        try:
            secrets = tuple(unseal(own, key.sealed, SEALED_FOR) for key in webhook.signing(moment))
        except Unsealable as error:
            return Outcome(None, 0, f"the signing key cannot be used: {error}; rotate it")
        message = Post(webhook.url, row["message_id"], row["body"], secrets)
        return await post(self._clients.of(webhook.webhook_id), message, int(moment.timestamp()), self._limit)

    async def _note(self, row: Row, outcome: Outcome) -> None:
        """Store what came of it, however long the database is away: forgetting it would post it once more."""
        chance = random.random()  # noqa: S311 - spreads the tries, keeps no secret
        attempt_id = uuid7()

        async def settle(work: Work) -> None:
            stored = await work.get(DELIVERIES, row["_id"])
            webhook = await work.load(WEBHOOKS, row["webhook"])
            if stored is None or stored["claim"] != row["claim"] or webhook is None:
                return
            attempt: Row = {"at": work.now, "status": outcome.status, "milliseconds": outcome.milliseconds}
            attempt |= {"answer": outcome.answer, "error": None if outcome.delivered else outcome.words}
            tries = stored["tries"] + 1
            retry = None if outcome.delivered else next_try(tries, outcome, work.now, chance)
            after = webhook.accepted() if outcome.delivered else webhook.failed(outcome, work.now)
            after = after.hushed(outcome, work.now)
            state = "delivered" if outcome.delivered else "waiting" if retry else "failed"
            if after.state != "active":
                state, retry = "held", None
            work.put(
                DELIVERIES,
                stored
                | {"state": state, "due": retry, "tries": tries, "attempts": stored["attempts"] + 1, "claim": None}
                | {"settled_at": work.now if state in {"delivered", "failed"} else None, "last": attempt},
            )
            work.insert(ATTEMPTS, {"_id": attempt_id, "delivery": row["_id"], "webhook": row["webhook"], **attempt})
            if after is not webhook:
                work.save(WEBHOOKS, after)

        while True:
            try:
                return await self._context.store.transact(settle)
            except Exception as error:
                log.warning("what came of %s is still to be noted: %s", row["_id"], error)
                await asyncio.sleep(AWAY_SECONDS)
