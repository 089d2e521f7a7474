"""Runs one HTTP server to its end: until SIGINT or SIGTERM asks it to finish what it has in hand."""

from __future__ import annotations

import asyncio
import contextlib
import signal
from collections.abc import Awaitable, Callable, Generator

import uvicorn


class Server(uvicorn.Server):
    """uvicorn without its own signal handlers, which would end the process before the databases are stopped."""

    @contextlib.contextmanager
    def capture_signals(self) -> Generator[None, None, None]:
        yield


async def serve(app: object, host: str, port: int, when_started: Callable[[], Awaitable[None]]) -> bool:
    """Serve `app`; whether it started at all. `when_started` runs beside it once it answers."""
    config = uvicorn.Config(
        app,  # type: ignore[arg-type]
        host=host,
        port=port,
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=10,
        loop="none",
    )
    server = Server(config)
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, _stop, server)
    beside = asyncio.create_task(_once_started(server, when_started))
    try:
        await server.serve()
    finally:
        beside.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await beside
    return server.started


def _stop(server: Server) -> None:
    server.force_exit = server.should_exit
    server.should_exit = True


async def _once_started(server: Server, then: Callable[[], Awaitable[None]]) -> None:
    while not server.started:
        await asyncio.sleep(0.02)
    try:
        await then()
    except Exception:
        server.should_exit = True
        raise
