"""Runs one HTTP server to its end: until SIGINT or SIGTERM asks it to finish what it has in hand."""

from __future__ import annotations

import asyncio
import contextlib
import resource
import signal
from collections.abc import Awaitable, Callable, Generator

import uvicorn


class Server(uvicorn.Server):
    """uvicorn without its own signal handlers, which would end the process before the databases are stopped."""

    asked_to_stop = False

    @contextlib.contextmanager
    def capture_signals(self) -> Generator[None, None, None]:
        yield


async def serve(
    app: object,
    host: str,
    port: int,
    when_started: Callable[[], Awaitable[None]],
    when_stopping: Callable[[], None] = lambda: None,
) -> bool:
    """Serve `app` until a signal; False when it could not start. `when_started` runs once it answers.

    `when_stopping` ends answers that have no end of their own.
    """
    _allow_many_connections()
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
    serving = asyncio.create_task(_serve(server))
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, _stop, server, serving, when_stopping)
    beside = asyncio.create_task(_once_started(server, when_started))
    try:
        await serving
    except asyncio.CancelledError:
        if not server.asked_to_stop:
            raise
    finally:
        beside.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await beside
    return server.started or server.asked_to_stop


async def _serve(server: Server) -> None:
    """uvicorn leaves by SystemExit when the start fails, which would tear down the loop around it."""
    with contextlib.suppress(SystemExit):
        await server.serve()


def _allow_many_connections() -> None:
    """Each reader of a stream is an open file, of which a process has 1,024 unless it asks for as many as it may."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


def _stop(server: Server, serving: asyncio.Task[None], when_stopping: Callable[[], None]) -> None:
    """Finish what is in hand; a start that is still waiting for something is given up at once."""
    when_stopping()
    server.force_exit = server.asked_to_stop
    server.asked_to_stop = server.should_exit = True
    if not server.started:
        serving.cancel()


async def _once_started(server: Server, then: Callable[[], Awaitable[None]]) -> None:
    while not server.started:
        await asyncio.sleep(0.02)
    try:
        await then()
    except Exception:
        server.should_exit = True
        raise
