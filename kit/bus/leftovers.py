"""Durables whose handler is gone: the server goes on keeping their place, and what scales on lag sees it grow.

They are no difference a service trips over: during an upgrade the replicas of the build before still use them.
"""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from nats.js.errors import NotFoundError

from kit.bus.declaration import Declaration


@dataclass(frozen=True, slots=True)
class Leftover:
    """One durable of our services that no handler declares. `unread`: events it has not been given yet."""

    stream: str
    durable: str
    unread: int

    def __str__(self) -> str:
        return f"consumer {self.stream}/{self.durable}: its handler is gone, {self.unread} events wait for it"


async def leftovers(jetstream: Any, declaration: Declaration, services: Sequence[str]) -> list[Leftover]:
    """The durables named after one of `services` that are not declared. Everybody else's are their own affair."""
    declared = {(spec.stream, spec.durable) for spec in declaration.consumers}
    found = []
    for stream in declaration.streams:
        for info in await _consumers(jetstream, stream.name):
            durable = info.config.durable_name or ""
            if durable.partition("_")[0] in services and (stream.name, durable) not in declared:
                found.append(Leftover(stream.name, durable, (info.num_pending or 0) + (info.num_ack_pending or 0)))
    return sorted(found, key=lambda each: (each.stream, each.durable))


async def remove(jetstream: Any, leftover: Leftover) -> None:
    with contextlib.suppress(NotFoundError):
        await jetstream.delete_consumer(leftover.stream, leftover.durable)


async def _consumers(jetstream: Any, stream: str) -> list[Any]:
    """Every consumer of a stream: the server tells at most 256 at a time."""
    found: list[Any] = []
    with contextlib.suppress(NotFoundError):
        while page := await jetstream.consumers_info(stream, offset=len(found)):
            found += page
    return found
