"""A real mongod on loopback: a replica set of one, so that transactions and change streams work."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from pymongo import AsyncMongoClient
from pymongo.errors import OperationFailure, PyMongoError

from kit.embedded import wheels
from kit.embedded.processes import PortTakenError, ServerProcess, free_port

REPLICA_SET = "rs0"
NOT_YET_INITIALIZED = 94  # MongoDB's error code
PORT_ATTEMPTS = 3
OPLOG_MB = 1024  # bounds the disk a laptop gives; the default is 5 % of it
OPTIONS = (
    "--bind_ip 127.0.0.1 --nounixsocket --wiredTigerCacheSizeGB 0.25 "
    f"--replSet {REPLICA_SET} --oplogSize {OPLOG_MB} "
    # no secondary will ever catch up, so a stop need not wait for one
    "--setParameter shutdownTimeoutMillisForSignaledShutdown=100 "
    "--setParameter diagnosticDataCollectionEnabled=false "
    # ours take milliseconds; one left open by a process that died must not hold its locks for a minute
    "--setParameter transactionLifetimeLimitSeconds=5"
).split()

Client = AsyncMongoClient[dict[str, Any]]


class MongoServer:
    """`url` is known once started and stays the same after a restart. `port` 0 takes a free one."""

    def __init__(self, data_dir: Path, *, port: int = 0) -> None:
        self.process = ServerProcess("mongod", data_dir)
        self._program = wheels.mongod()
        self._directory = data_dir / "mongo"
        self._port = port

    @property
    def url(self) -> str:
        return f"mongodb://{self._host}/?replicaSet={REPLICA_SET}"

    @property
    def _host(self) -> str:
        return f"127.0.0.1:{self._port}"

    async def start(self) -> None:
        """Returns when it is the primary of its replica set. Raises EmbeddedError."""
        self._directory.mkdir(parents=True, exist_ok=True)
        if self._port:
            await self._run()
            return
        for attempt in range(1, PORT_ATTEMPTS + 1):
            self._port = free_port()
            try:
                await self._run()
                return
            except PortTakenError:  # somebody took it between our look and mongod's
                if attempt == PORT_ATTEMPTS:
                    raise

    async def stop(self) -> None:
        await self.process.stop()

    async def _run(self) -> None:
        command: list[str | Path] = [self._program, *OPTIONS, "--port", str(self._port), "--dbpath", self._directory]
        client: Client = AsyncMongoClient(
            self._host, directConnection=True, serverSelectionTimeoutMS=200, connectTimeoutMS=2000
        )
        async with client:
            await self.process.start(command, lambda: _is_primary(client, self._host))


async def _is_primary(client: Client, host: str) -> bool:
    """Whether it may be written to under this address; puts its replica set right if not."""
    try:
        hello = await client.admin.command("hello")
        if hello.get("isWritablePrimary") and hello.get("hosts") == [host]:
            return True
        await _put_right(client, host)
    except PyMongoError:  # not listening yet, or in the middle of an election: look again
        return False
    return False


async def _put_right(client: Client, host: str) -> None:
    """Initiate a new replica set; move one whose only member had another port when it last ran."""
    members = [{"_id": 0, "host": host}]
    try:
        config = (await client.admin.command("replSetGetConfig"))["config"]
    except OperationFailure as error:
        if error.code != NOT_YET_INITIALIZED:
            raise
        await client.admin.command("replSetInitiate", {"_id": REPLICA_SET, "members": members})
        return
    if [member["host"] for member in config["members"]] != [host]:
        moved = {**config, "version": config["version"] + 1, "members": members}
        await client.admin.command("replSetReconfig", moved, force=True)
