"""An integrator's receiver on loopback: it keeps what comes and answers as it is told."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import uvicorn


@dataclass
class Came:
    """One post, as it came."""

    headers: dict[str, str]
    body: bytes
    path: str


@dataclass
class Receiver:
    """`answer` decides on status, headers and body of each post; `hang` keeps it from answering."""

    url: str
    came: list[Came] = field(default_factory=list)
    answer: Callable[[Came], tuple[int, dict[str, str], bytes]] = lambda came: (200, {}, b"thank you")
    hang: asyncio.Event | None = None

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        body, more = b"", True
        while more:
            message = await receive()
            body += message.get("body", b"")
            more = message.get("more_body", False)
        headers = {name.decode(): value.decode() for name, value in scope["headers"]}
        post = Came(headers, body, scope["path"])
        self.came.append(post)
        if self.hang is not None:
            await self.hang.wait()
        status, extra, text = self.answer(post)
        told = [(name.encode(), value.encode()) for name, value in extra.items()]
        await send({"type": "http.response.start", "status": status, "headers": told})
        await send({"type": "http.response.body", "body": text})


@asynccontextmanager
async def receiving() -> AsyncIterator[Receiver]:
    listener = socket.create_server(("127.0.0.1", 0))
    receiver = Receiver(f"http://127.0.0.1:{listener.getsockname()[1]}/hook")
    server = uvicorn.Server(uvicorn.Config(receiver, log_config=None, lifespan="off", timeout_graceful_shutdown=1))
    serving = asyncio.create_task(server._serve([listener]))
    try:
        yield receiver
    finally:
        if receiver.hang is not None:
            receiver.hang.set()
        server.should_exit = True
        await serving
