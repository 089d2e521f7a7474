"""The real servers: what they keep, what they can do, and how they get along."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path
from typing import Any

import httpx
import nats
import pytest
from nats.js.api import StreamConfig
from pymongo import AsyncMongoClient, MongoClient

from kit.embedded import EmbeddedError, blocking_embedded_servers, embedded_servers
from kit.embedded.pidfile import started_at
from kit.embedded.processes import free_port


async def test_data_survive_a_restart_on_other_ports(tmp_path: Path) -> None:
    async with embedded_servers(tmp_path) as first:
        await publish(first.nats_url, b"kept")
        async with mongo(first.mongo_url) as client:
            await client.city.actions.insert_one({"_id": "A1"})
    streams = tmp_path / "nats" / "jetstream"
    (streams / "CINNABAR").rename(streams / "$G")  # where they were before their account had a name
    async with embedded_servers(tmp_path, mongo_port=free_port(), nats_port=free_port()) as second:
        assert (second.mongo_url, second.nats_url) != (first.mongo_url, first.nats_url)
        assert await stored(second.nats_url) == b"kept"
        async with mongo(second.mongo_url) as client:
            assert await client.city.actions.find_one() == {"_id": "A1"}
            await client.city.actions.insert_one({"_id": "A2"})


async def test_an_asked_for_port_is_used_and_a_taken_one_is_named(tmp_path: Path) -> None:
    port = free_port()
    async with embedded_servers(tmp_path / "a", mongo_url="mongodb://elsewhere", nats_port=port) as servers:
        assert servers.nats_url == f"nats://127.0.0.1:{port}"
        with pytest.raises(EmbeddedError, match=f"(?s)nats-server .*another program.*{port}.*in use"):
            async with embedded_servers(tmp_path / "b", mongo_url="mongodb://elsewhere", nats_port=port):
                pass
        with pytest.raises(EmbeddedError, match=r"(?s)mongod .*another program listens on its port"):
            async with embedded_servers(tmp_path / "c", nats_url=servers.nats_url, mongo_port=port):
                pass


async def test_transactions_commit_and_abort(tmp_path: Path) -> None:
    async with (
        embedded_servers(tmp_path, nats_url="nats://elsewhere", mail=False) as servers,
        mongo(servers.mongo_url) as client,
    ):
        calls = client.city.calls
        async with client.start_session() as session:
            async with await session.start_transaction():
                await calls.insert_one({"_id": "kept"}, session=session)
            with pytest.raises(ZeroDivisionError):
                async with await session.start_transaction():
                    await calls.insert_one({"_id": "undone"}, session=session)
                    raise ZeroDivisionError
        assert [call["_id"] async for call in calls.find()] == ["kept"]


async def test_change_streams_tell_of_an_insert(tmp_path: Path) -> None:
    async with (
        embedded_servers(tmp_path, nats_url="nats://elsewhere", mail=False) as servers,
        mongo(servers.mongo_url) as client,
        await client.city.calls.watch() as changes,
    ):
        await client.city.calls.insert_one({"_id": "C1"})
        change = await anext(changes)
        assert (change["operationType"], change["documentKey"]) == ("insert", {"_id": "C1"})


async def test_two_copies_run_side_by_side_and_share_nothing(tmp_path: Path) -> None:
    async with embedded_servers(tmp_path / "a") as a, embedded_servers(tmp_path / "b") as b:
        assert len({a.nats_url, b.nats_url, a.mongo_url, b.mongo_url, a.smtp_url, b.smtp_url}) == 6
        await publish(a.nats_url, b"of a")
        await publish(b.nats_url, b"of b")
        assert (await stored(a.nats_url), await stored(b.nats_url)) == (b"of a", b"of b")


async def test_a_second_copy_on_one_data_directory_is_refused_by_name(tmp_path: Path) -> None:
    async with embedded_servers(tmp_path, mongo_url="mongodb://elsewhere", mail=False):
        with pytest.raises(EmbeddedError, match=r"another cinnabar \(pid \d+\) runs on .*CINNABAR_DATA_DIR"):
            async with embedded_servers(tmp_path):
                pass


async def test_nothing_runs_after_the_end_not_even_after_an_error(tmp_path: Path) -> None:
    with pytest.raises(KeyError):
        async with embedded_servers(tmp_path) as servers:
            assert servers.nats
            assert servers.mongo
            pids = [servers.nats.process.pid, servers.mongo.process.pid]
            assert all(pid and started_at(pid) for pid in pids)
            raise KeyError
    assert [started_at(pid) for pid in pids if pid] == [None, None]


async def test_a_cancelled_start_leaves_nothing_running(tmp_path: Path) -> None:
    async def start() -> None:
        async with embedded_servers(tmp_path):
            await asyncio.Event().wait()

    for delay in (0.01, 0.1, 0.3):
        starting = asyncio.create_task(start())
        await asyncio.sleep(delay)
        starting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await starting
        assert list(tmp_path.glob("*.pid")) == []
    async with embedded_servers(tmp_path):
        pass


async def test_a_server_that_dies_is_reported_and_can_be_started_again(tmp_path: Path) -> None:
    async with embedded_servers(tmp_path, mongo_url="mongodb://elsewhere", mail=False) as servers:
        assert servers.nats
        await publish(servers.nats_url, b"before")
        watch = asyncio.create_task(servers.died())
        servers.nats.process.kill()
        assert "nats-server stopped by itself" in str(await asyncio.wait_for(watch, 60))
        await servers.nats.start()
        assert servers.nats.url == servers.nats_url
        assert await stored(servers.nats_url) == b"before"


async def test_mongod_comes_back_after_a_kill_with_what_was_acknowledged(tmp_path: Path) -> None:
    async with embedded_servers(tmp_path, nats_url="nats://elsewhere", mail=False) as servers:
        assert servers.mongo
        async with mongo(servers.mongo_url, w="majority") as client:
            await client.city.calls.insert_one({"_id": "C1"})
        servers.mongo.process.kill()
        await servers.mongo.start()
        async with mongo(servers.mongo_url) as client:
            assert await client.city.calls.find_one() == {"_id": "C1"}


def test_code_without_a_loop_can_use_them_too(tmp_path: Path) -> None:
    with blocking_embedded_servers(tmp_path) as servers, MongoClient[dict[str, Any]](servers.mongo_url) as client:
        assert client.admin.command("hello")["setName"] == "rs0"
    with pytest.raises(EmbeddedError, match="cannot write"), blocking_embedded_servers("/dev/null/x"):
        pass


async def test_given_addresses_are_passed_on_and_nothing_is_started(tmp_path: Path) -> None:
    async with embedded_servers(tmp_path, nats_url="nats://n", mongo_url="mongodb://m", mail=False) as servers:
        assert (servers.nats_url, servers.mongo_url, servers.smtp_url) == ("nats://n", "mongodb://m", None)
        assert (servers.nats, servers.mongo, servers.mail) == (None, None, None)


@pytest.mark.parametrize(("sync_always", "expected"), [(True, True), (False, False)])
async def test_flushing_every_message_is_asked_for_in_the_configuration(
    tmp_path: Path, sync_always: bool, expected: bool
) -> None:
    async with embedded_servers(tmp_path, mongo_url="mongodb://elsewhere", mail=False, sync_always=sync_always) as s:
        assert s.nats
        assert (await monitoring(s.nats.monitoring_url, "jsz?config=true")).get("sync_always", False) is expected


async def test_ctrl_c_of_the_terminal_is_left_to_the_parent(tmp_path: Path) -> None:
    async with embedded_servers(tmp_path, mongo_url="mongodb://elsewhere", mail=False) as servers:
        assert servers.nats
        pid = servers.nats.process.pid
        assert pid
        assert os.getsid(pid) == pid


def mongo(url: str, **options: Any) -> AsyncMongoClient[dict[str, Any]]:
    return AsyncMongoClient(url, **options)


async def monitoring(url: str, path: str) -> dict[str, object]:
    async with httpx.AsyncClient() as client:
        answer: dict[str, object] = (await client.get(f"{url}/{path}")).json()["config"]
        return answer


async def publish(url: str, body: bytes) -> None:
    connection = await nats.connect(url)
    try:
        jetstream = connection.jetstream()
        await jetstream.add_stream(StreamConfig(name="KEPT", subjects=["kept"]))
        await jetstream.publish("kept", body)
    finally:
        await connection.close()


async def stored(url: str) -> bytes | None:
    connection = await nats.connect(url)
    try:
        return (await connection.jetstream().get_last_msg("KEPT", "kept")).data
    finally:
        await connection.close()
