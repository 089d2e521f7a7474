"""Waiting until nothing moves any more: every queue empty, every alert settled, and the counts standing still."""

from __future__ import annotations

import asyncio
from typing import Any

import nats
from pymongo import AsyncMongoClient

from tests.chaos.evidence import EVENT_STREAMS, SERVICES
from tests.chaos.world import World

LOOK_SECONDS = 1.0
STILL_LOOKS = 3


async def settled(world: World, *, seconds: float) -> str:
    """Return "" once the world is quiet, or what still moves after `seconds`; the checker then judges it as it is."""
    before: tuple[Any, ...] = ()
    still, moving = 0, "nothing was looked at"
    for _ in range(int(seconds / LOOK_SECONDS)):
        await asyncio.sleep(LOOK_SECONDS)
        try:
            moving, counts = await _look(world)
        except Exception as error:
            moving, counts = f"{type(error).__name__}: {error}", ()
        still = still + 1 if not moving and counts == before else 0
        if still >= STILL_LOOKS:
            return ""
        before = counts
    return moving or "the counts keep changing"


async def _look(world: World) -> tuple[str, tuple[Any, ...]]:
    moving: list[str] = []
    counts: list[int] = []
    client = await nats.connect(world.nats.urls, connect_timeout=2, allow_reconnect=False)
    try:
        jetstream = client.jetstream(timeout=5)
        for stream in (*EVENT_STREAMS, "INGEST"):
            counts.append((await jetstream.stream_info(stream)).state.messages)
            for info in await jetstream.consumers_info(stream):
                if info.num_pending or info.num_ack_pending:
                    moving.append(f"{info.name} has {info.num_pending} waiting and {info.num_ack_pending} in hand")
    finally:
        await client.close()
    async with AsyncMongoClient[dict[str, Any]](world.mongo.url, serverSelectionTimeoutMS=3000) as mongo:
        for service in SERVICES:
            if unsent := await mongo[f"cinnabar_{service}"]["outbox"].count_documents({"state": {"$ne": "sent"}}):
                moving.append(f"the outbox of {service} has {unsent} unsent")
        settled_states = {"$nin": ["delivered", "failed", "withheld"]}
        if waiting := await mongo["cinnabar_notifications"]["alerts"].count_documents({"state": settled_states}):
            moving.append(f"{waiting} alerts wait")
    counts.append(len(list(world.mail.directory.glob("*.eml"))))
    return "; ".join(moving), tuple(counts)
