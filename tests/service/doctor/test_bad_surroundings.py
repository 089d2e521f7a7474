"""What somebody set wrongly is named by a service's start and by the doctor alike, and within seconds."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from deploy.local_secrets import make
from kit import reach, surroundings
from kit.clock import now
from kit.doctor import examine
from kit.embedded import wheels
from kit.embedded.processes import ServerProcess, free_port
from kit.runtime import Runtime
from kit.service import load
from kit.settings import Settings
from kit.store import client
from kit.surroundings import Finding
from tests.conftest import running
from tests.service.bus.toys import in_short
from tests.service.store.test_migrations import call_of_0_1_0


async def start_says(settings: Settings) -> str:
    with pytest.raises(RuntimeError) as told:
        runtime = Runtime([load("funding")], settings)
        try:
            await runtime.start()
        finally:
            await runtime.stop()
    return str(told.value)


async def doctor_says(settings: Settings) -> list[Finding]:
    return [each async for each in examine([load("funding")], settings) if each.verdict != "well"]


async def both_say(settings: Settings, what: str, setting: str, words: str) -> None:
    said = await start_says(settings)
    (found,) = [each for each in await doctor_says(settings) if each.what == what]
    for text in (said, found.said):
        assert words in text
        assert "secret" not in text
    assert setting in said
    assert setting in found.mend


@pytest.fixture(scope="module")
async def guarded(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[tuple[str, Path]]:
    """A nats-server with TLS and one user, and the folder with its authority and a foreign one."""
    folder, port = tmp_path_factory.mktemp("guarded"), free_port()
    for name in ("own", "foreign"):
        secrets = make(["127.0.0.1"])
        (folder / f"{name}.ca").write_text(secrets["cinnabar-ca"]["ca.crt"])
        if name == "own":
            (folder / "tls.crt").write_text(secrets["nats-tls"]["tls.crt"])
            (folder / "tls.key").write_text(secrets["nats-tls"]["tls.key"])
    server = ServerProcess("nats-server", folder)
    command = [wheels.nats_server(), "-a", "127.0.0.1", "-p", str(port), "--user", "anna", "--pass", "secret"]
    tls = ["--tls", "--tlscert", folder / "tls.crt", "--tlskey", folder / "tls.key"]

    async def listens() -> bool:
        return "Server is ready" in (folder / "logs" / "nats-server.log").read_text()

    await server.start([*command, *tls], listens)
    yield f"127.0.0.1:{port}", folder
    await server.stop()


async def test_a_wrong_password_of_nats(settings: Settings, guarded: tuple[str, Path]) -> None:
    place, folder = guarded
    url = f"tls://anna:secret-not@{place}?tlsCAFile={folder}/own.ca"
    await both_say(in_short(settings, nats_url=url), "NATS", "CINNABAR_NATS_URL", "password is not accepted")


async def test_a_certificate_of_nats_that_is_not_trusted(
    settings: Settings, guarded: tuple[str, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reach, "REACH_SECONDS", 3)
    place, folder = guarded
    url = f"tls://anna:secret@{place}?tlsCAFile={folder}/foreign.ca"
    await both_say(in_short(settings, nats_url=url), "NATS", "CINNABAR_NATS_URL", "certificate")


@pytest.mark.parametrize("name", ["absent.ca", "empty.ca"])
async def test_an_authority_that_cannot_be_read(settings: Settings, tmp_path: Path, name: str) -> None:
    (tmp_path / "empty.ca").touch()
    file = tmp_path / name
    url = f"tls://127.0.0.1:4222?tlsCAFile={file}"
    await both_say(in_short(settings, nats_url=url), "NATS", "CINNABAR_NATS_URL", "cannot be read")
    url = f"{settings.mongo_url}&tls=true&tlsCAFile={file}"
    await both_say(in_short(settings, mongo_url=url), "MongoDB", "CINNABAR_MONGO_URL", "cannot be read")


async def test_a_server_without_the_tls_that_was_asked_for(settings: Settings) -> None:
    url = settings.nats_url.replace("nats://", "tls://")
    await both_say(in_short(settings, nats_url=url), "NATS", "CINNABAR_NATS_URL", "speaks without TLS")


async def test_a_wrong_password_of_mongodb(settings: Settings) -> None:
    url = settings.mongo_url.replace("mongodb://", "mongodb://anna:secret@")
    await both_say(in_short(settings, mongo_url=url), "MongoDB", "CINNABAR_MONGO_URL", "password is not accepted")


async def test_a_mongodb_without_the_tls_that_was_asked_for(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(client, "SELECTION_MILLIS", 1_000)
    url = f"{settings.mongo_url}&tls=true"
    await both_say(in_short(settings, mongo_url=url), "MongoDB", "CINNABAR_MONGO_URL", "certificate")


async def test_a_missing_stream_and_how_far_the_start_came(
    settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    bare = in_short(settings, embedded=False)
    with caplog.at_level(logging.INFO, "kit.runtime"):
        assert "run `cinnabar provision`" in await start_says(bare)
    waits, looks = (record.getMessage() for record in caplog.records if record.levelno == logging.INFO)
    assert "starts; waits for MongoDB at mongodb://127.0.0.1:" in waits
    assert "has reached both; looks at" in looks
    assert "cinnabar provision" in {each.mend for each in await doctor_says(bare)}


async def test_a_store_of_an_older_release(settings: Settings) -> None:
    mongo = client.Client(settings.mongo_url)
    await mongo.database_of("funding")["calls"].insert_one(call_of_0_1_0(1))
    mongo.close()
    assert "run `cinnabar migrate funding`: step 1" in await start_says(in_short(settings, embedded=False))
    found = {each.what: each for each in await doctor_says(settings)}
    assert found["store of funding"].mend == "cinnabar migrate funding"


async def test_a_clock_that_is_ten_minutes_off(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(surroundings, "now", lambda: now() + timedelta(minutes=10))
    with caplog.at_level(logging.ERROR, "kit.runtime"):
        async with running(settings, "funding"):
            found = {each.what: each.said for each in await doctor_says(settings)}
    assert "between this machine and MongoDB's" in found["clock"]
    assert "between this machine and MongoDB's" in caplog.text


async def test_a_disk_that_is_full(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Any disk is too full for these bounds."""
    monkeypatch.setattr(surroundings, "NEARLY_FULL", 0.0)
    monkeypatch.setattr(surroundings, "DISK_LOW_BYTES", 2**62)
    with caplog.at_level(logging.ERROR, "kit.runtime"):
        async with running(settings, "funding"):
            found = {each.what for each in await doctor_says(settings)}
    assert {"disk", "MongoDB's disk"} <= found
    assert "MongoDB's disk: " in caplog.text
    assert "before it stops writing" in caplog.text
