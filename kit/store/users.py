"""Makes a new MongoDB replica set ready: initiates it, and gives each service a user for its own database alone."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

from pymongo import AsyncMongoClient
from pymongo.asynchronous.database import AsyncDatabase
from pymongo.errors import OperationFailure, PyMongoError
from pymongo.uri_parser import parse_uri

NOT_YET_INITIALIZED = 94  # MongoDB's error codes
USER_UNKNOWN = 11
PAUSE_SECONDS = 1.0

# What those who are no service may do; their users live in `admin`.
OTHERS = {
    "backup": ["backup"],
    "operator": ["readWriteAnyDatabase", "dbAdminAnyDatabase", "clusterMonitor"],
}

Client = AsyncMongoClient[dict[str, Any]]


async def initiate(url: str, key: str) -> bool:
    """Make one set of the members that `url` names, unless they are one already; whether it was done now.

    `key`: the members' key file, whose holder the servers take for one of themselves. Before there is any user this
    is the one way in over the network. Raises PyMongoError.
    """
    parsed = parse_uri(url)
    members = [{"_id": place, "host": f"{host}:{port}"} for place, (host, port) in enumerate(parsed["nodelist"])]
    first = members[0]["host"]
    async with _client(url, key, host=f"mongodb://{first}", directConnection=True, replicaSet=None) as client:
        try:
            await client.admin.command("replSetGetStatus")
        except OperationFailure as error:
            if error.code != NOT_YET_INITIALIZED:
                raise
            name = parsed["options"]["replicaSet"]
            await client.admin.command("replSetInitiate", {"_id": name, "members": members})
            return True
    return False


async def put_users(
    url: str, key: str, passwords: dict[str, str], services: tuple[str, ...], databases: str = "cinnabar"
) -> list[str]:
    """Create each user, or give it its password and roles anew; sentences of what was done. Raises PyMongoError."""
    done = []
    async with _client(url, key) as client:
        for user, password in sorted(passwords.items()):
            database = client[f"{databases}_{user}" if user in services else "admin"]
            roles = [{"role": "readWrite", "db": database.name}] if user in services else OTHERS[user]
            made = await _put(database, user, password, roles)
            done.append(f"{user} on {database.name}: {'made' if made else 'renewed'}")
    return done


async def _put(database: AsyncDatabase[dict[str, Any]], user: str, password: str, roles: list[Any]) -> bool:
    concern = {"w": "majority"}
    try:
        await database.command("updateUser", user, pwd=password, roles=roles, writeConcern=concern)
    except OperationFailure as error:
        if error.code != USER_UNKNOWN:
            raise
        await database.command("createUser", user, pwd=password, roles=roles, writeConcern=concern)
        return True
    return False


async def prepare_server(
    url: str, key: Path, users: Path, services: tuple[str, ...], databases: str, seconds: float
) -> list[str]:
    """Both, tried again for `seconds` while members are not there yet. `users` holds a file per user: its password.

    Raises RuntimeError naming the last reason, or a file that is no known user.
    """
    passwords = {file.name: file.read_text().strip() for file in users.iterdir() if not file.name.startswith(".")}
    if strangers := sorted(set(passwords) - set(services) - set(OTHERS)):
        raise RuntimeError(f"{users}: {', '.join(strangers)}: neither a service nor one of {', '.join(OTHERS)}")
    secret = "".join(key.read_text().split())
    loop = asyncio.get_running_loop()
    ends = loop.time() + seconds
    done: list[str] = []
    while True:
        try:
            if await initiate(url, secret):
                done.append("the replica set was initiated")
            return done + await put_users(url, secret, passwords, services, databases)
        except PyMongoError as error:
            if loop.time() > ends:
                raise RuntimeError(
                    f"MongoDB cannot be prepared: {str(error)[:300]}; check CINNABAR_MONGO_URL"
                ) from error
        await asyncio.sleep(PAUSE_SECONDS)


def _client(url: str, key: str, **options: Any) -> Client:
    """As one of the members themselves."""
    parsed = parse_uri(url)["options"]
    tls = {name: parsed[name] for name in ("tls", "tlsCAFile") if name in parsed}
    return AsyncMongoClient(
        **{"host": url, "serverSelectionTimeoutMS": 5000, **tls, **options},
        username="__system",
        password=key,
        authSource="local",
        authMechanism="SCRAM-SHA-256",
    )
