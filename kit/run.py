"""Runs services in this process until it is asked to stop."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from kit.example import STEP, load_example
from kit.http.app import create_app
from kit.runtime import Runtime
from kit.serve import serve
from kit.service import Service
from kit.settings import Settings
from kit.telemetry import quiet_faststream


async def run(settings: Settings, services: Sequence[Service], when_ready: Callable[[], None] = lambda: None) -> int:
    """Serve until SIGINT or SIGTERM; the exit code. In the embedded mode the example is loaded first.

    Raises RuntimeError saying what kept it from starting.
    """
    quiet_faststream()
    runtime = Runtime(services, settings)
    app = create_app(runtime)
    if settings.embedded:
        from kit.embedded.mailbox_page import router  # noqa: PLC0415 - the extra `embedded` is no part of an image

        app.include_router(router)
        runtime.pending.add(STEP)

    async def when_started() -> None:
        if settings.embedded:
            await load_example(runtime)
        runtime.pending.discard(STEP)
        runtime.say(f"is ready and answers at http://{settings.host}:{settings.port}")
        when_ready()

    if await serve(app, settings.host, settings.port, when_started, runtime.bus.let_go):
        return 0
    raise RuntimeError(f"could not start: {runtime.failure or 'see the lines above'}")
