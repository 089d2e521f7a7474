"""A reader of Server-Sent Events over a real connection, and the process it reads from."""

from __future__ import annotations

import asyncio
import contextlib
import json
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import httpx
import uvicorn

from kit.auth.people import DEMO_PEOPLE
from kit.auth.tokens import LocalIssuer
from kit.http.app import create_app
from kit.runtime import Runtime
from kit.service import load
from kit.settings import Settings


class Served:
    """A process of the service behind a real port."""

    def __init__(self, runtime: Runtime, url: str) -> None:
        self.runtime = runtime
        self.url = url

    def as_(self, who: str) -> dict[str, str]:
        own = self.runtime.settings
        issuer = LocalIssuer(own.data_dir, own.oidc_audience, own.municipality)
        return {"Authorization": f"Bearer {issuer.issue(DEMO_PEOPLE[f'{who}@idrija.example'])}"}


@asynccontextmanager
async def served(settings: Settings, *names: str) -> AsyncIterator[Served]:
    """Run services as `cinnabar run` would, on a free port of the loopback."""
    listener = socket.create_server(("127.0.0.1", 0))
    url = f"http://127.0.0.1:{listener.getsockname()[1]}"
    own = settings.model_copy(update={"public_url": url})
    runtime = Runtime([load(name) for name in names or ("notifications",)], own)
    config = uvicorn.Config(create_app(runtime), log_config=None, lifespan="on", timeout_graceful_shutdown=5)
    server = uvicorn.Server(config)
    server.install_signal_handlers = lambda: None  # type: ignore[attr-defined]
    serving = asyncio.create_task(server._serve([listener]))
    while not server.started:
        assert not serving.done(), runtime.failure
        await asyncio.sleep(0.02)
    try:
        yield Served(runtime, url)
    finally:
        runtime.bus.let_go()
        server.should_exit = True
        await serving


@dataclass(frozen=True)
class Got:
    """One event as a browser would have it."""

    name: str
    place: str
    data: dict[str, Any]


@asynccontextmanager
async def reading(
    served: Served, query: str = "", after: str | None = None, who: str = "integrator"
) -> AsyncIterator[AsyncIterator[Got]]:
    headers = served.as_(who) | ({"Last-Event-ID": after} if after else {})
    async with (
        httpx.AsyncClient(timeout=60) as client,
        client.stream("GET", f"{served.url}/api/events{query}", headers=headers) as answer,
    ):
        assert answer.status_code == 200, (await answer.aread()).decode()
        assert answer.headers["content-type"].startswith("text/event-stream")
        lines = answer.aiter_lines()
        assert (await anext(lines)).startswith("retry: ")
        events = _events(lines)
        try:
            yield events
        finally:
            with contextlib.suppress(RuntimeError):
                await events.aclose()  # type: ignore[attr-defined]


async def _events(lines: AsyncIterator[str]) -> AsyncIterator[Got]:
    fields: dict[str, str] = {}
    place = ""
    async for line in lines:
        if line:
            name, _, value = line.partition(": ")
            fields[name] = value
            continue
        place = fields.get("id", place)
        if "data" in fields:
            yield Got(fields.get("event", "message"), place, json.loads(fields["data"]))
        fields = {}
