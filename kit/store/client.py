"""The only importer of Motor. Changing the driver means changing this file (docs/decisions/driver.md)."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from bson.codec_options import CodecOptions, TypeCodec, TypeRegistry
from bson.decimal128 import Decimal128
from motor.motor_asyncio import AsyncIOMotorClient
from pymongo import IndexModel
from pymongo.errors import OperationFailure, PyMongoError
from pymongo.read_concern import ReadConcern
from pymongo.write_concern import WriteConcern

from kit.reach import readable
from kit.store.collections import Collection
from kit.store.errors import is_undecided

# How long an operation waits for a primary, such as during an election.
SELECTION_MILLIS = 5_000
COMMIT_TRIES = 3
NAMESPACE_EXISTS = 48  # MongoDB's error code


class _DecimalCodec(TypeCodec):
    """Money and readings stay exact in the store: Decimal <-> Decimal128."""

    python_type = Decimal
    bson_type = Decimal128

    def transform_python(self, value: Any) -> Decimal128:
        return Decimal128(value)

    def transform_bson(self, value: Any) -> Decimal:
        decimal: Decimal = value.to_decimal()
        return decimal


_OPTIONS: CodecOptions[Any] = CodecOptions(tz_aware=True, type_registry=TypeRegistry([_DecimalCodec()]))


@dataclass(frozen=True, slots=True)
class Server:
    """`replica_set` is None for a server that is in none; `clock` is its own."""

    version: str
    replica_set: str | None
    clock: datetime


class Client:
    """One connection pool to a MongoDB replica set. `databases`: how the names of this copy's databases begin.

    Raises RuntimeError for an address that cannot be read.
    """

    def __init__(self, url: str, databases: str = "cinnabar") -> None:
        self._databases = databases
        with readable("MongoDB", "CINNABAR_MONGO_URL"):
            self._motor: Any = AsyncIOMotorClient(
                url,
                appname="cinnabar",
                retryWrites=True,
                serverSelectionTimeoutMS=SELECTION_MILLIS,
                connectTimeoutMS=5_000,
                maxPoolSize=50,
            )

    def database_of(self, service: str) -> Any:
        """A service's own; no other reads it."""
        return self.database(f"{self._databases}_{service}")

    def database(self, name: str) -> Any:
        return self._motor.get_database(
            name,
            codec_options=_OPTIONS,
            write_concern=WriteConcern(w="majority", j=True),
            read_concern=ReadConcern("majority"),
        )

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Any]:
        """A session inside a transaction: commits at the end of the block, aborts on an exception."""
        async with await self._motor.start_session() as session:
            session.start_transaction(
                read_concern=ReadConcern("snapshot"), write_concern=WriteConcern(w="majority", j=True)
            )
            try:
                yield session
            except BaseException:
                with contextlib.suppress(PyMongoError):
                    await session.abort_transaction()
                raise
            await _commit(session)

    async def ping(self) -> None:
        await self._motor.admin.command("ping")

    async def describe(self) -> Server:
        """What the server says of itself."""
        hello = await self._motor.admin.command("hello")
        build = await self._motor.admin.command("buildInfo")
        return Server(build["version"], hello.get("setName"), hello["localTime"].replace(tzinfo=UTC))

    async def disk(self, service: str) -> tuple[int, int]:
        """Bytes used and bytes in all of the disk the server's data stand on; noughts where it does not say.

        It is asked in the service's database, which its user may ask about.
        """
        told = await self.database_of(service).command("dbStats")
        return int(told.get("fsUsedSize", 0)), int(told.get("fsTotalSize", 0))

    def close(self) -> None:
        self._motor.close()


async def _commit(session: Any) -> None:
    """Commit; asked again while the answer is unknown, which the server takes as the same commit."""
    for tries in range(1, COMMIT_TRIES + 1):
        try:
            await session.commit_transaction()
        except PyMongoError as error:
            if tries == COMMIT_TRIES or not is_undecided(error):
                raise
        else:
            return


async def ensure_indexes(database: Any, collections: list[Collection]) -> None:
    """Create the collections and declared indexes that are missing; a transaction may not create them late."""
    existing = set(await database.list_collection_names())
    for collection in collections:
        if collection.name not in existing:
            await _create(database, collection.name)
        models = [
            IndexModel(
                list(index.keys),
                unique=index.unique,
                **({} if index.expire_after is None else {"expireAfterSeconds": index.expire_after}),
                **({} if index.where is None else {"partialFilterExpression": index.where}),
            )
            for index in collection.indexes
        ]
        if models:
            await database[collection.name].create_indexes(models)


async def _create(database: Any, name: str) -> None:
    """Another replica that starts at the same moment may be quicker."""
    try:
        await database.create_collection(name, check_exists=False)
    except OperationFailure as error:
        if error.code != NAMESPACE_EXISTS:
            raise


async def missing_indexes(database: Any, collections: list[Collection]) -> list[str]:
    """Which declared collections and indexes are not there, by name; changes nothing."""
    existing = set(await database.list_collection_names())
    found = []
    for collection in collections:
        if collection.name not in existing:
            found.append(collection.name)
            continue
        present = [list(one["key"]) for one in (await database[collection.name].index_information()).values()]
        wanted = [[tuple(key) for key in index.keys] for index in collection.indexes]
        lacking = [keys for keys in wanted if not _is_there(keys, present)]
        found += [f"{collection.name}({', '.join(str(key[0]) for key in keys)})" for keys in lacking]
    return found


def _is_there(keys: list[tuple[Any, ...]], present: list[list[tuple[Any, ...]]]) -> bool:
    """A text index is kept under keys of its own."""
    text = any(kind == "text" for _, kind in keys)
    return keys in present or (text and any(("_fts", "text") in one for one in present))
