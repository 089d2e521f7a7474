"""Two municipalities on one nats-server and one mongod: an account and a word before the databases' names each."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from pymongo import AsyncMongoClient

from kit.doctor import examine
from kit.embedded import wheels
from kit.embedded.processes import ServerProcess, free_port
from kit.settings import Settings
from tests.conftest import running
from tests.service.bus.toys import changed, effects, in_short, keeper, say, sorted_effects, toy

ACCOUNTS = """
listen: "127.0.0.1:{port}"
jetstream {{ store_dir: "{folder}/jetstream" }}
accounts {{
  IDRIJA {{ jetstream: enabled, users: [{{user: idrija, password: a}}] }}
  KRANJ {{ jetstream: enabled, users: [{{user: kranj, password: b}}] }}
}}
"""


@pytest.fixture
async def shared_nats(tmp_path: Path) -> AsyncIterator[str]:
    port = free_port()
    config = tmp_path / "nats.conf"
    config.write_text(ACCOUNTS.format(port=port, folder=tmp_path))
    server = ServerProcess("nats-server", tmp_path)

    async def listens() -> bool:
        return "Server is ready" in (tmp_path / "logs" / "nats-server.log").read_text()

    await server.start([wheels.nats_server(), "-c", config], listens)
    yield f"127.0.0.1:{port}"
    await server.stop()


async def test_neither_hears_nor_stores_what_is_the_others(settings: Settings, shared_nats: str) -> None:
    services = [toy("actions"), toy("notifications", keeper())]
    idrija = in_short(settings, nats_url=f"nats://idrija:a@{shared_nats}")
    kranj = in_short(
        settings, nats_url=f"nats://kranj:b@{shared_nats}", municipality="kranj", databases="cinnabar_kranj"
    )
    async with running(idrija, *services) as one, running(kranj, *services) as other:
        await say(one.runtime, changed("of idrija"))
        await say(other.runtime, changed("of kranj"))
        await sorted_effects(one.runtime, ["of idrija"])
        await sorted_effects(other.runtime, ["of kranj"])
        for each in (idrija, kranj):
            wrong = {found.what async for found in examine(services, each) if found.verdict == "wrong"}
            assert wrong <= {"MongoDB's disk"}, "which is this machine's"
        assert await effects(one.runtime) == ["of idrija"]
    async with AsyncMongoClient(settings.mongo_url) as mongo:
        names = set(await mongo.list_database_names())
    assert {"cinnabar_notifications", "cinnabar_kranj_notifications"} <= names
