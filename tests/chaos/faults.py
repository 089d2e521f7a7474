"""What goes wrong, in an order that a seed decides."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial
from math import inf
from random import Random

import nats

from kit.service import NAMES
from tests.chaos.child import Child
from tests.chaos.servers import ready
from tests.chaos.world import World

log = logging.getLogger("chaos")

DOWN_SECONDS = 1.0
PAUSED_SECONDS = 3.0
FULL_SECONDS = 3.0
PAST_THE_WINDOW_SECONDS = 130.0
POINT_TRIES = 600


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that goes wrong, and is right again when `strike` returns."""

    name: str
    strike: Callable[[World, Random], Awaitable[None]]


def kill(service: str) -> Fault:
    async def strike(world: World, chance: Random) -> None:
        world.services[service].kill()

    return Fault(f"kill -9 {service}", strike)


def dies(service: str, point: str) -> Fault:
    async def strike(world: World, chance: Random) -> None:
        """The load has to bring it there, so this takes as long as it takes."""
        mortal = await world.replace(service, "--die", f"{point}:{chance.randint(1, 3)}")
        for _ in range(POINT_TRIES):
            if mortal.starts > 1:
                return
            await asyncio.sleep(0.1)
        raise AssertionError(f"{service} never came to the point {point}")

    return Fault(f"{service} dies when {point}", strike)


def pause(service: str, seconds: float = PAUSED_SECONDS) -> Fault:
    async def strike(world: World, chance: Random) -> None:
        await _paused(world.services[service], seconds)

    return Fault(f"SIGSTOP {service}", strike)


def kill_nats(down: float = DOWN_SECONDS) -> Fault:
    async def strike(world: World, chance: Random) -> None:
        """One node: the whole broker is away. Three: one of them, whichever the seed says."""
        node = chance.choice(world.nats.nodes)
        node.kill()
        await asyncio.sleep(down)
        node.start()
        await world.nats.wait()

    return Fault(f"kill -9 nats-server, down {down:.0f} s", strike)


def kill_mongo(down: float = DOWN_SECONDS) -> Fault:
    async def strike(world: World, chance: Random) -> None:
        node = await world.mongo.primary()
        node.kill()
        await asyncio.sleep(down)
        node.start()
        await world.mongo.wait()

    return Fault(f"kill -9 mongod, down {down:.0f} s", strike)


def pause_nats(seconds: float = PAUSED_SECONDS) -> Fault:
    async def strike(world: World, chance: Random) -> None:
        await _paused(chance.choice(world.nats.nodes), seconds)

    return Fault("SIGSTOP nats-server", strike)


def pause_mongo(seconds: float = PAUSED_SECONDS) -> Fault:
    async def strike(world: World, chance: Random) -> None:
        await _paused(await world.mongo.primary(), seconds)

    return Fault("SIGSTOP mongod", strike)


def fill_streams(seconds: float = FULL_SECONDS) -> Fault:
    async def strike(world: World, chance: Random) -> None:
        """Every service's stream is at its limit for a while, and refuses whatever is published."""
        client = await nats.connect(world.nats.urls)
        jetstream = client.jetstream(timeout=30)
        streams = [name.upper() for name in NAMES]
        limits = {name: (await jetstream.stream_info(name)).config.max_bytes for name in streams}

        async def limit(name: str, max_bytes: int | None) -> bool:
            config = (await jetstream.stream_info(name)).config
            await jetstream.update_stream(config.evolve(max_bytes=max_bytes))
            return True

        try:
            for name in streams:
                held = (await jetstream.stream_info(name)).state.bytes
                await limit(name, max(held, 1))
            await asyncio.sleep(seconds)
        finally:
            for name, max_bytes in limits.items():
                await ready(partial(limit, name, max_bytes), f"stream {name} with room again")
            await client.close()

    return Fault("streams full", strike)


def short_list() -> list[Fault]:
    """Each service dies once, two of them at the worst moment; the servers die; one of each stands still."""
    return [
        dies("funding", "published"),
        dies("notifications", "committed"),
        *(kill(name) for name in ("actions", "sensors", "notifications", "reporting")),
        kill_nats(),
        kill_mongo(),
        pause("funding", 2),
        pause_nats(2),
        fill_streams(2),
    ]


def long_list() -> list[Fault]:
    """One round of the long form: everything, everywhere, some of it for longer."""
    return [
        *(kill(name) for name in NAMES),
        *(dies(name, "published") for name in NAMES if name != "reporting"),  # it speaks but once a minute
        *(dies(name, "committed") for name in NAMES),
        *(pause(name) for name in NAMES),
        kill_nats(),
        kill_nats(8),
        pause_nats(),
        kill_mongo(),
        kill_mongo(8),
        pause_mongo(5),
        fill_streams(),
    ]


async def suffer(world: World, faults: list[Fault], chance: Random, *, gap: float, until: float = inf) -> None:
    """Strike with every fault once, in the order `chance` gives, `gap` seconds apart on average.

    No fault begins after `until` (seconds of the event loop's clock).
    """
    order = list(faults)
    chance.shuffle(order)
    if not order:
        await asyncio.sleep(gap)
    for fault in order:
        await asyncio.sleep(gap * chance.uniform(0.5, 1.5))
        if asyncio.get_running_loop().time() > until:
            return
        log.warning("strikes: %s", fault.name)
        await fault.strike(world, chance)


async def _paused(child: Child, seconds: float) -> None:
    child.pause()
    try:
        await asyncio.sleep(seconds)
    finally:
        child.resume()
