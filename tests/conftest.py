"""Real servers, started once per run on free ports; every test that uses them finds them empty."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import hypothesis
import nats
import pytest
from pymongo import AsyncMongoClient
from pymongo.asynchronous.database import AsyncDatabase

from kit.auth.people import DEMO_PEOPLE
from kit.auth.tokens import LocalIssuer
from kit.embedded import Embedded, blocking_embedded_servers
from kit.http.app import create_app
from kit.runtime import Runtime
from kit.service import Service, load
from kit.settings import Settings

EXAMPLE = Path(__file__).parents[1] / "examples" / "idrija"

# How long an example takes is the machine's affair, also when it does much else: it is no property of the code.
hypothesis.settings.register_profile("patient", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow])
hypothesis.settings.load_profile("patient")


@pytest.fixture(scope="session")
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Embedded]:
    """nats-server, mongod and a mail sink for the whole run."""
    with blocking_embedded_servers(tmp_path_factory.mktemp("servers")) as running:
        yield running


@pytest.fixture
async def empty(servers: Embedded) -> Embedded:
    """The servers with no stream, no document and no mail in them."""
    client = await nats.connect(servers.nats_url)
    jetstream = client.jetstream()
    for stream in await jetstream.streams_info():
        await jetstream.delete_stream(stream.config.name or "")
    await client.close()
    async with AsyncMongoClient(servers.mongo_url) as mongo:
        for name in await mongo.list_database_names():
            if name.startswith("cinnabar_"):
                await _empty(mongo[name])
    for mail in servers.mail_dir.glob("*.eml"):
        mail.unlink()
    return servers


async def _empty(database: AsyncDatabase[dict[str, Any]]) -> None:
    """Take out what is in it, and generations of read models whole.

    mongod keeps the files of dropped collections open for minutes: a run that drops and makes all of them for every
    test ends it by "too many open files". Making them is also what takes longest.
    """
    names = await database.list_collection_names()
    await asyncio.gather(
        *(database.drop_collection(name) if "@" in name else database[name].delete_many({}) for name in names)
    )


@pytest.fixture
def settings(empty: Embedded, tmp_path: Path) -> Settings:
    return Settings(
        nats_url=empty.nats_url,
        nats_issuer=empty.nats.issuer if empty.nats else "",  # type: ignore[arg-type]
        nats_system_url=empty.nats.system_url if empty.nats else "",
        mongo_url=empty.mongo_url,
        smtp_url=empty.smtp_url or "",
        data_dir=tmp_path,
        secret="0123456789abcdef0123456789abcdef",  # type: ignore[arg-type]
        public_url="http://testserver",
        embedded=True,
        grace_seconds=5,
    )


class Running:
    """A started runtime, its HTTP client, and tokens of the demo people."""

    def __init__(self, runtime: Runtime, client: httpx.AsyncClient, issuer: LocalIssuer) -> None:
        self.runtime = runtime
        self.http = client
        self._issuer = issuer

    def as_(self, who: str) -> dict[str, str]:
        """Headers of a demo person: `officer`, `coordinator`, `approver`, `integrator`, `operator`, `viewer`."""
        token = self._issuer.issue(DEMO_PEOPLE[f"{who}@idrija.example"])
        return {"Authorization": f"Bearer {token}"}


@asynccontextmanager
async def running(settings: Settings, *services: str | Service) -> AsyncIterator[Running]:
    """Run services in this process as `cinnabar run` would, with an HTTP client on their application."""
    loaded = [load(service) if isinstance(service, str) else service for service in services]
    runtime = Runtime(loaded, settings)
    app = create_app(runtime)
    issuer = LocalIssuer(settings.data_dir, settings.oidc_audience, settings.municipality)
    async with app.router.lifespan_context(app):
        transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url="http://testserver") as client:
            yield Running(runtime, client, issuer)
