"""Thousands of readers of `/api/events` on one process: one event to all of them, and what each reader takes.

The service is a process of its own (`cinnabar run notifications`), the readers are in the measuring one, which also
says the events. A moment counts from the publication to each reader's socket having the event's end. Bare: a process
that writes the same bytes to as many sockets, and does nothing else. Then a tenth of the readers reads no more while
100 events are said, and the others are measured beside them.
"""

from __future__ import annotations

import asyncio
import os
import resource
import socket
import subprocess
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from time import perf_counter
from typing import Any

import httpx
import nats

from bench.figure import Aim, Figure, Size
from bench.memory import resident_mb
from bench.rounds import Pairs, percentile
from bench.system import PATIENCE_SECONDS, servers
from contracts.envelope import CONTENT_TYPE, Envelope
from contracts.examples import EXAMPLES
from kit.auth.people import DEMO_PEOPLE
from kit.auth.tokens import LocalIssuer
from kit.clock import uuid7
from kit.embedded.processes import free_port
from kit.settings import Settings
from services.notifications.streams import frames

READERS: dict[Size, int] = {"quick": 1_000, "normal": 5_000, "full": 5_000}
EVENTS: dict[Size, int] = {"quick": 5, "normal": 15, "full": 50}
SLOW = 0.1
WHILE_SLOW = 100
AT_ONCE = 200
EXAMPLE = EXAMPLES["cinnabar.funding.call.published.v1"]


INTEGRATOR = DEMO_PEOPLE["integrator@idrija.example"]


class Reader(asyncio.Protocol):
    """One connection. Notes when each event was there, by the id in its document."""

    def __init__(self, request: bytes, seen: Callable[[bytes, float], None]) -> None:
        self._request = request
        self._seen = seen
        self._tail = b""
        self.begun = asyncio.get_running_loop().create_future()
        self.transport: Any = None
        self.ended = False

    def connection_made(self, transport: Any) -> None:
        self.transport = transport
        transport.write(self._request)

    def data_received(self, data: bytes) -> None:
        moment = perf_counter()
        if not self.begun.done():
            if not data.startswith(b"HTTP/1.1 200"):
                self.begun.set_exception(RuntimeError(data[:300].decode()))
                return
            self.begun.set_result(None)
        *whole, self._tail = (self._tail + data).split(b"\n\n")
        for frame in whole:
            place = frame.find(b'"id":"')
            if place >= 0:
                self._seen(frame[place + 6 : place + 42], moment)

    def connection_lost(self, error: Exception | None) -> None:
        self.ended = True


class Crowd:
    """The readers, and how long each event took to each of them."""

    def __init__(self) -> None:
        self.readers: list[Reader] = []
        self.said: dict[bytes, float] = {}
        self.took: dict[bytes, list[float]] = {}

    def seen(self, event: bytes, moment: float) -> None:
        if event in self.said:
            self.took[event].append(moment - self.said[event])

    async def gather(self, port: int, token: str, count: int) -> None:
        request = f"GET /api/events HTTP/1.1\r\nHost: bench\r\nAuthorization: Bearer {token}\r\n\r\n".encode()
        loop = asyncio.get_running_loop()

        async def join() -> None:
            own = socket.socket()
            own.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 8192)  # so that who reads no more is soon full
            own.setblocking(False)
            await loop.sock_connect(own, ("127.0.0.1", port))
            _, reader = await loop.create_connection(lambda: Reader(request, self.seen), sock=own)
            self.readers.append(reader)
            await reader.begun

        for begun in range(0, count, AT_ONCE):
            await asyncio.gather(*(join() for _ in range(min(AT_ONCE, count - begun))))

    async def times(self, said: bytes, readers: int) -> list[float]:
        """Seconds to each of `readers`, once the last of them has it."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            while len(self.took[said]) < readers:
                await asyncio.sleep(0.005)
        return self.took[said]

    def leave(self) -> None:
        for reader in self.readers:
            reader.transport.abort()


async def measure(size: Size) -> list[Figure]:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    readers, events = READERS[size], EVENTS[size]
    try:
        async with servers() as started, _bare() as (bare_port, bare), _service(started) as (settings, port, pid):
            client = await nats.connect(settings.nats_url)
            ours, theirs = Crowd(), Crowd()
            before = resident_mb(pid)
            token = LocalIssuer(settings.data_dir, settings.oidc_audience, settings.municipality)
            await ours.gather(port, token.issue(INTEGRATOR), readers)
            each = (resident_mb(pid) - before) * 1000 / readers
            await theirs.gather(bare_port, "", readers)

            async def say() -> list[float]:
                return await ours.times(await _said(client, settings, ours), readers - slow)

            slow = 0
            middle, tail = Pairs([], []), Pairs([], [])
            await say()
            for _ in range(events):
                took, least = await say(), await _written(bare, theirs, readers)
                for pairs, share in ((middle, 0.5), (tail, 0.99)):
                    pairs.ours.append(1000 * percentile(took, share))
                    pairs.bare.append(1000 * percentile(least, share))
            theirs.leave()
            slow = int(readers * SLOW)
            for reader in ours.readers[:slow]:
                reader.transport.pause_reading()
            for _ in range(WHILE_SLOW):
                await say()
            beside = Pairs([1000 * percentile(await say(), 0.99) for _ in range(events)], tail.ours)
            assert not any(reader.ended for reader in ours.readers[slow:]), "a reader that kept up was sent away"
            ours.leave()
            await client.close()
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    name = f"one event to {readers:,} readers"
    return [
        middle.figure(f"{name}, p50, per plain writes", "ms"),
        tail.figure(f"{name}, p99, per plain writes", "ms", Aim("ours", at_most=1000)),
        beside.figure(f"{name}, p99 beside {slow} that do not read, per without", "ms", Aim("ratio", at_most=1.5)),
        Figure("memory a reader", "kB", each),
    ]


async def _said(client: Any, settings: Settings, crowd: Crowd) -> bytes:
    name = uuid7()
    envelope = Envelope(name, settings.municipality, name, 1, datetime.now(UTC), EXAMPLE, correlation_id=name)
    headers = {"content-type": CONTENT_TYPE, "Nats-Msg-Id": name}
    crowd.took[name.encode()] = []
    crowd.said[name.encode()] = perf_counter()
    await client.jetstream().publish(envelope.nats_subject, envelope.encode(), headers=headers)
    return name.encode()


async def _written(bare: Any, crowd: Crowd, readers: int) -> list[float]:
    name = uuid7()
    envelope = Envelope(name, "bench", name, 1, datetime.now(UTC), EXAMPLE, correlation_id=name)
    frame = frames.event("ACTIONS.1-FUNDING.1", EXAMPLE.contract.type, envelope.encode())
    crowd.took[name.encode()] = []
    crowd.said[name.encode()] = perf_counter()
    bare.stdin.write(frame.hex().encode() + b"\n")
    await bare.stdin.drain()
    return await crowd.times(name.encode(), readers)


@asynccontextmanager
async def _service(started: Settings) -> AsyncIterator[tuple[Settings, int, int]]:
    """Settings, port and process id of the service, which is ready."""
    settings = started.model_copy(update={"municipality": INTEGRATOR.municipality})
    port = free_port()
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("CINNABAR_")},
        **{"CINNABAR_NATS_URL": settings.nats_url, "CINNABAR_MONGO_URL": settings.mongo_url},
        **{"CINNABAR_DATA_DIR": str(settings.data_dir), "CINNABAR_MUNICIPALITY": settings.municipality},
        **{"CINNABAR_PORT": str(port), "CINNABAR_EMBEDDED": "true", "CINNABAR_LOG_LEVEL": "ERROR"},
        "CINNABAR_SECRET": "measured-by-a-process-of-its-own",
    }
    command = (sys.executable, "-m", "kit.cli", "run", "notifications")
    process = await asyncio.create_subprocess_exec(*command, env=environment)
    try:
        async with asyncio.timeout(PATIENCE_SECONDS), httpx.AsyncClient() as client:
            while not await _is_ready(client, port):
                await asyncio.sleep(0.1)
        yield settings, port, process.pid
    finally:
        process.kill()
        await process.wait()


async def _is_ready(client: httpx.AsyncClient, port: int) -> bool:
    try:
        return (await client.get(f"http://127.0.0.1:{port}/readyz")).is_success
    except httpx.TransportError:
        return False


@asynccontextmanager
async def _bare() -> AsyncIterator[tuple[int, Any]]:
    command = (sys.executable, "-m", "bench.sse_bare")
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    process = await asyncio.create_subprocess_exec(*command, **pipes)
    assert process.stdout is not None
    try:
        yield int(await process.stdout.readline()), process
    finally:
        process.kill()
        await process.wait()
