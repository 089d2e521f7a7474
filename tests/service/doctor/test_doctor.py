"""The doctor names each trouble with its mend, and sees nothing wrong where nothing is."""

from __future__ import annotations

from datetime import timedelta

import nats
import pytest
from pymongo import AsyncMongoClient

from kit import reach, surroundings
from kit.clock import now
from kit.doctor import examine
from kit.service import load
from kit.settings import Settings
from kit.store import Client
from kit.surroundings import Finding
from services.funding.polling.health import SourceHealth
from services.funding.polling.store import SOURCES
from tests.conftest import running


async def told(settings: Settings, *services: str) -> list[Finding]:
    return [finding async for finding in examine([load(name) for name in services], settings)]


def wrong(findings: list[Finding]) -> list[Finding]:
    return [each for each in findings if each.verdict != "well"]


@pytest.fixture(autouse=True)
def room_on_every_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    """How full this machine is, is none of these tests' affair."""
    monkeypatch.setattr(surroundings, "NEARLY_FULL", 1.0)
    monkeypatch.setattr(surroundings, "DISK_LOW_BYTES", 0)


@pytest.fixture
async def prepared(settings: Settings) -> Settings:
    """Servers on which two services have run."""
    async with running(settings, "funding", "reporting"):
        return settings


async def test_it_sees_nothing_wrong_where_nothing_is(prepared: Settings) -> None:
    assert wrong(await told(prepared, "funding", "reporting")) == []


async def test_servers_that_nobody_prepared(settings: Settings) -> None:
    async with AsyncMongoClient(settings.mongo_url) as mongo:
        await mongo.drop_database("cinnabar_funding")
    mends = {each.mend for each in wrong(await told(settings, "funding"))}
    assert mends == {"cinnabar provision", "cinnabar migrate funding"}


async def test_a_stream_changed_by_hand_and_an_index_that_is_gone(prepared: Settings) -> None:
    client = await nats.connect(prepared.nats_url)
    jetstream = client.jetstream()
    info = await jetstream.stream_info("FUNDING")
    await jetstream.update_stream(info.config.evolve(max_age=3600))
    await client.close()
    async with AsyncMongoClient(prepared.mongo_url) as mongo:
        await mongo["cinnabar_reporting"].drop_collection("calls")
    said = {each.said.partition(":")[0]: each for each in wrong(await told(prepared, "funding", "reporting"))}
    assert said["stream FUNDING max_age"].mend == "cinnabar provision"
    assert said["missing"].mend == "cinnabar migrate reporting"


@pytest.mark.parametrize(
    ("setting", "value", "what"),
    [
        ("nats_url", "nats://127.0.0.1:1", "NATS"),
        ("mongo_url", "mongodb://127.0.0.1:1", "MongoDB"),
        ("smtp_url", "smtp://127.0.0.1:1", "mail"),
        ("oidc_issuer", "http://127.0.0.1:1", "sign-in"),
    ],
)
async def test_a_wrong_address_is_named_and_the_rest_is_looked_at(
    settings: Settings, setting: str, value: str, what: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reach, "REACH_SECONDS", 1.5)
    told_all = await told(settings.model_copy(update={setting: value}), "funding")
    found = [each for each in told_all if each.what == what and each.verdict == "wrong"]
    assert len(found) == 1
    assert {"disk", "mail", "sign-in"} <= {each.what for each in told_all}
    assert f"CINNABAR_{setting.upper()}" in found[0].mend
    assert "127.0.0.1:1" in found[0].said


async def test_a_source_that_fails_and_one_that_fell_silent(prepared: Settings) -> None:
    healths = [
        SourceHealth(source="skp", licence="", enabled=True, failure="unreachable", reason="no route to host"),
        SourceHealth(source="spirit", licence="", enabled=True, last_success_at=now() - timedelta(days=30)),
        SourceHealth(source="ted", licence="", enabled=False, failure="drift"),
    ]
    mongo = Client(prepared.mongo_url)
    await mongo.database_of("funding")[SOURCES.name].insert_many([SOURCES.to_document(each) for each in healths])
    mongo.close()
    found = {each.what: each for each in wrong(await told(prepared, "funding"))}
    assert set(found) == {"source skp", "source spirit"}
    assert "no route to host" in found["source skp"].said
    assert "/funding/sources/spirit" in found["source spirit"].mend
