"""nats-server and mongod as plain processes on fixed ports, one node of each or three."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import nats
from pymongo import AsyncMongoClient
from pymongo.errors import PyMongoError

from kit.embedded import wheels
from kit.embedded.processes import free_port
from tests.chaos.child import Child

READY_TRIES = 1800
ELECTION_MILLIS = 2000


async def ready(look: Callable[[], Awaitable[bool]], what: str) -> None:
    """Wait until `look` says yes; every error of it means not yet."""
    for _ in range(READY_TRIES):
        try:
            if await look():
                return
        except Exception:
            await asyncio.sleep(0.05)
        await asyncio.sleep(0.05)
    raise AssertionError(f"{what} did not get ready")


async def quiet(_error: Exception) -> None:
    """For clients whose failing to connect is what they are made for."""


class Nats:
    """`size` nodes at `urls`; `url` is the first node's."""

    def __init__(self, folder: Path, size: int) -> None:
        self.size = size
        self._folder = folder
        self._ports = [free_port() for _ in range(size)]
        self._routes = [free_port() for _ in range(size)]
        self.urls = [f"nats://127.0.0.1:{port}" for port in self._ports]
        self.nodes = [self._node(number) for number in range(size)]

    @property
    def url(self) -> str:
        return self.urls[0]

    async def start(self) -> None:
        for node in self.nodes:
            node.start()
        await self.wait()

    async def wait(self) -> None:
        """Return when a client can connect and JetStream answers."""

        async def answers() -> bool:
            client = await nats.connect(self.urls, connect_timeout=1, allow_reconnect=False, error_cb=quiet)
            try:
                await client.jetstream(timeout=1).account_info()
            finally:
                await client.close()
            return True

        await ready(answers, "nats-server")

    def _node(self, number: int) -> Child:
        folder = self._folder / f"nats-{number}"
        folder.mkdir(parents=True)
        config = folder / "nats.conf"
        config.write_text(self._config(number, folder))
        command = [str(wheels.nats_server()), "-c", str(config)]
        return Child(f"nats-{number}", command, self._folder / f"nats-{number}.log", os.environ)

    def _config(self, number: int, folder: Path) -> str:
        text = (
            f'server_name: n{number}\nlisten: "127.0.0.1:{self._ports[number]}"\n'
            f'jetstream {{ store_dir: "{folder}", sync_interval: always }}\n'
        )
        if self.size == 1:
            return text
        routes = ", ".join(f'"nats://127.0.0.1:{port}"' for port in self._routes)
        return text + f'cluster {{ name: chaos, listen: "127.0.0.1:{self._routes[number]}", routes: [{routes}] }}\n'


class Mongo:
    """A replica set of `size` members."""

    def __init__(self, folder: Path, size: int) -> None:
        self._folder = folder
        self._ports = [free_port() for _ in range(size)]
        self.hosts = [f"127.0.0.1:{port}" for port in self._ports]
        self.url = f"mongodb://{','.join(self.hosts)}/?replicaSet=rs0"
        self.nodes = [self._node(number) for number in range(size)]

    async def start(self) -> None:
        for node in self.nodes:
            node.start()
        async with AsyncMongoClient[dict[str, Any]](
            self.hosts[0], directConnection=True, serverSelectionTimeoutMS=500
        ) as first:

            async def initiated() -> bool:
                try:
                    await first.admin.command("replSetInitiate", self._replica_set())
                except PyMongoError as error:
                    return "already initialized" in str(error)
                return True

            await ready(initiated, "mongod")
        await self.wait()

    async def wait(self) -> None:
        """Return when there is a primary."""
        async with AsyncMongoClient[dict[str, Any]](self.url, serverSelectionTimeoutMS=500) as client:

            async def writable() -> bool:
                return bool((await client.admin.command("hello"))["isWritablePrimary"])

            await ready(writable, "the replica set")

    async def primary(self) -> Child:
        async with AsyncMongoClient[dict[str, Any]](self.url, serverSelectionTimeoutMS=5000) as client:
            await client.admin.command("ping")
            _, port = await client.address or ("", 0)
            return self.nodes[self._ports.index(port)]

    def _replica_set(self) -> dict[str, Any]:
        members = [{"_id": number, "host": host} for number, host in enumerate(self.hosts)]
        return {"_id": "rs0", "members": members, "settings": {"electionTimeoutMillis": ELECTION_MILLIS}}

    def _node(self, number: int) -> Child:
        folder = self._folder / f"mongo-{number}"
        folder.mkdir(parents=True)
        options = (
            f"--bind_ip 127.0.0.1 --port {self._ports[number]} --replSet rs0 --nounixsocket --oplogSize 512 "
            "--wiredTigerCacheSizeGB 0.25 --setParameter diagnosticDataCollectionEnabled=false"
        ).split()
        command = [str(wheels.mongod()), *options, "--dbpath", str(folder)]
        return Child(f"mongo-{number}", command, self._folder / f"mongo-{number}.log", os.environ)
