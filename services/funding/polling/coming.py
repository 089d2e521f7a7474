"""Waiting for what a source gives next: one portion ahead of the work, and no longer than somebody wants it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable
from typing import TypeVar

from kit.ending import end

T = TypeVar("T")

LOOK_SECONDS = 1.0


class Stopped(Exception):
    """A person asked for it to stop."""


async def one_ahead(items: AsyncIterator[T]) -> AsyncGenerator[T]:
    """The same items, each already on its way while the one before it is worked on."""
    coming = asyncio.ensure_future(anext(items))
    try:
        while True:
            try:
                item = await coming
            except StopAsyncIteration:
                return
            coming = asyncio.ensure_future(anext(items))
            yield item
    finally:
        await end([coming])


async def until_stopped(items: AsyncIterator[T], stopped: Callable[[], Awaitable[bool]]) -> AsyncGenerator[T]:
    """The same items; raises Stopped once `stopped` says so, and gives up the one that is on its way then."""
    while True:
        coming = asyncio.ensure_future(anext(items))
        try:
            while not coming.done():
                await asyncio.wait({coming}, timeout=LOOK_SECONDS)
                if await stopped():
                    raise Stopped
        finally:
            await end([coming])
        try:
            item = coming.result()
        except StopAsyncIteration:
            return
        yield item
