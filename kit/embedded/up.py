"""`cinnabar up`: everything on one machine, with real servers, an example municipality and demo people."""

from __future__ import annotations

import asyncio
import importlib
import os
import signal
import socket
import sys
from contextlib import AsyncExitStack
from typing import Any

from kit.embedded import Embedded, embedded_servers
from kit.settings import Settings


async def up(settings: Settings, *, processes: bool) -> int:
    """Run until asked to stop; the exit code. The servers start while the services are being imported."""
    _free_or_fail(settings.host, settings.port)
    async with AsyncExitStack() as stack:
        start = embedded_servers(
            settings.data_dir, nats_url=settings.nats_url or None, mongo_url=settings.mongo_url or None
        )
        servers_start = asyncio.create_task(stack.enter_async_context(start))
        try:
            house: Any = await asyncio.to_thread(importlib.import_module, "kit.embedded.house")
        finally:
            servers = await servers_start
        watch = asyncio.create_task(_end_with(servers), name="watch-servers")
        try:
            return int(await house.live(settings, servers, processes=processes))
        finally:
            watch.cancel()


async def _end_with(servers: Embedded) -> None:
    """Without its servers this process is of no use: say which one ended, and stop in good order."""
    reason = await servers.died()
    sys.stderr.write(f"cinnabar: {reason}\n")
    os.kill(os.getpid(), signal.SIGTERM)


def _free_or_fail(host: str, port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise RuntimeError(f"port {port} is taken ({error.strerror}); choose another with CINNABAR_PORT") from None
