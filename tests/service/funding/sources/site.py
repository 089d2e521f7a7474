"""A small real HTTP server on the loopback address that answers as a test says, byte for byte."""

from __future__ import annotations

import asyncio
import json
import ssl
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from email.parser import BytesParser
from email.policy import HTTP
from typing import Any
from urllib.parse import parse_qsl, urlsplit


@dataclass(frozen=True, slots=True)
class Asked:
    """One request as it came."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: bytes

    def parts(self) -> dict[str, tuple[str, bytes]]:
        """The parts of a multipart body: content type and bytes by name."""
        head = f"Content-Type: {self.headers['content-type']}\r\n\r\n".encode()
        message = BytesParser(policy=HTTP).parsebytes(head + self.body)
        return {
            str(part.get_param("name", header="content-disposition")): (
                part.get_content_type(),
                part.get_payload(decode=True),
            )
            for part in message.iter_parts()
        }


@dataclass(frozen=True, slots=True)
class Answer:
    """What to answer. `cut`: break off after that many bytes of the body; `hang`: never answer at all."""

    body: bytes = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    cut: int | None = None
    hang: bool = False

    @classmethod
    def json(cls, document: Any, status: int = 200, **headers: str) -> Answer:
        return cls(json.dumps(document).encode(), status, {"Content-Type": "application/json", **headers})


NOT_FOUND = Answer(b"not found", 404)
Say = Callable[[Asked], Answer]


@dataclass(slots=True)
class Site:
    """A running server: its address, and everything it was asked for, robots.txt apart."""

    url: str
    say: Say
    robots: Answer = NOT_FOUND
    asked: list[Asked] = field(default_factory=list)

    def answer(self, asked: Asked) -> Answer:
        if asked.path == "/robots.txt":
            return self.robots
        self.asked.append(asked)
        return self.say(asked)


@asynccontextmanager
async def site(say: Say, *, tls: ssl.SSLContext | None = None) -> AsyncIterator[Site]:
    running = Site("", say)

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while (asked := await _request(reader)) is not None:
                answer = running.answer(asked)
                if answer.hang:
                    await reader.read()
                    return
                headers = {"Content-Length": str(len(answer.body)), **answer.headers}
                head = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
                writer.write(f"HTTP/1.1 {answer.status} X\r\n{head}\r\n".encode() + answer.body[: answer.cut])
                await writer.drain()
                if answer.cut is not None:
                    return
        except (ConnectionError, asyncio.IncompleteReadError):
            return
        finally:
            writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0, ssl=tls)
    scheme = "https" if tls else "http"
    running.url = f"{scheme}://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    try:
        yield running
    finally:
        server.close()
        server.close_clients() if hasattr(server, "close_clients") else None


async def _request(reader: asyncio.StreamReader) -> Asked | None:
    try:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
    except asyncio.IncompleteReadError:
        return None
    first, *lines = head.split("\r\n")
    method, target, _ = first.split(" ")
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines if line)}
    body = await reader.readexactly(int(headers.get("content-length", 0)))
    parts = urlsplit(target)
    return Asked(method, parts.path, dict(parse_qsl(parts.query)), headers, body)
