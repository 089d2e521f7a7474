"""Rough weather inside one service process: deliveries come late, twice and out of order, and answers get lost.

The injectors of Watermill's suite (its duplicator and its random failures), seeded. They sit where the network is:
around a delivery before the consumer sees it, around the acknowledgement, and behind the database's commit.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from random import Random
from typing import Any

from pymongo.errors import AutoReconnect

LATE, TWICE, LOST_ACK, LOST_COMMIT = 0.2, 0.1, 0.02, 0.02
LATEST_SECONDS = 0.4


def rough(seed: int) -> None:
    """Change the chassis of this process for good. The order of draws is the process's own, the odds are the seed's."""
    from kit.bus.consume import Consumer
    from kit.bus.delivery import Delivery
    from kit.store.committer import Committer

    chance = Random(seed)
    for owner, method, wrap in (
        (Consumer, "settle", _late_and_twice),
        (Delivery, "ack", _lost),
        (Committer, "_commit", _unanswered),
    ):
        setattr(owner, method, wrap(getattr(owner, method), chance))


def _late_and_twice(settle: Callable[..., Awaitable[None]], chance: Random) -> Callable[..., Awaitable[None]]:
    async def settled(consumer: Any, delivery: Any) -> None:
        if chance.random() < LATE:
            await asyncio.sleep(chance.random() * LATEST_SECONDS)
        if chance.random() < TWICE:
            await asyncio.gather(settle(consumer, delivery), settle(consumer, delivery))
        else:
            await settle(consumer, delivery)

    return settled


def _lost(ack: Callable[..., Awaitable[None]], chance: Random) -> Callable[..., Awaitable[None]]:
    async def acked(delivery: Any) -> None:
        if chance.random() >= LOST_ACK:
            await ack(delivery)

    return acked


def _unanswered(commit: Callable[..., Awaitable[None]], chance: Random) -> Callable[..., Awaitable[None]]:
    """The transaction commits, but whoever waits for it hears that the connection broke."""

    async def committed(*group: Any) -> None:
        await commit(*group)
        if chance.random() < LOST_COMMIT:
            raise AutoReconnect("the answer to the commit was lost")

    return committed
