"""The manifests' own configuration of NATS and MongoDB, run by real servers with TLS and users; services on them."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import nats
import pytest
from nats.errors import NoServersError
from pymongo import MongoClient
from pymongo.errors import OperationFailure

from deploy.local_secrets import make
from kit.auth.people import DEMO_PEOPLE
from kit.auth.tokens import LocalIssuer
from kit.bus.address import Address
from kit.bus.bus import Bus
from kit.bus.provision import provision
from kit.runtime import declaration_of
from kit.service import NAMES, load
from kit.settings import Settings
from kit.store.users import prepare_server
from tests.conftest import EXAMPLE, running
from tests.service.deploy.cluster import Cluster, cluster, found
from tests.service.first_light.test_call_to_mail import CALL
from tests.waiting import until


@pytest.fixture(scope="module")
async def prepared(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Cluster]:
    """The servers, with the Jobs run as the cluster would: users, then every service's preparation at once."""
    async with cluster(tmp_path_factory.mktemp("cluster"), make(["127.0.0.1"])) as here:
        waiting = asyncio.create_task(command(here, "Deployment", "cinnabar-funding", "wait"))
        users, key = here.folder / "cinnabar-mongo", here.folder / "mongo-key" / "keyfile"
        mongo = here.environment("Job", "mongo-users", "users")["CINNABAR_MONGO_URL"]
        for expected in ("made", "renewed"):
            told = await prepare_server(mongo, key, users, NAMES, "cinnabar", 60)
            assert sum(expected in sentence for sentence in told) == len(NAMES) + 2, told
        await command(here, "Job", "cinnabar-prepare-funding", "migrate")
        # two versions of a service may be prepared at once
        await asyncio.gather(*(command(here, "Job", "cinnabar-prepare-funding", "provision") for _ in range(2)))
        assert "waiting: " in await waiting
        for name in NAMES:
            await provisioned(here, name)
        yield here


async def provisioned(here: Cluster, name: str) -> None:
    """What the command does, without the seconds a process takes to start."""
    settings = settings_from(here.environment("Job", f"cinnabar-prepare-{name}", "provision"))
    bus = Bus(settings.nats_url, "provision", 1)
    await bus.connect()
    try:
        await provision(bus.jetstream, declaration_of([load(name)], settings))
    finally:
        await bus.stop()


async def command(here: Cluster, kind: str, name: str, container: str) -> str:
    """Run a container's command. A Job's is run again when it fails, as its backoffLimit says."""
    tries = found(kind, name)["spec"].get("backoffLimit", 0)
    while True:
        try:
            return await run(here.environment(kind, name, container), container)
        except AssertionError:
            if not tries:
                raise
            tries -= 1


async def run(environment: dict[str, str], *arguments: str) -> str:
    """What the command says; fails with it when the command fails. As in a pod, nothing else is set."""
    clean = {key: value for key, value in os.environ.items() if not key.startswith("CINNABAR_")}
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "kit.cli", *arguments),
        env=clean | environment,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    said = (await process.communicate())[0].decode()
    assert process.returncode == 0, f"{arguments}: {said}"
    return said


def settings_of(here: Cluster, service: str) -> Settings:
    return settings_from(here.environment("Deployment", f"cinnabar-{service}", "service"))


def settings_from(seen: dict[str, str]) -> Settings:
    values = {key.removeprefix("CINNABAR_").lower(): value for key, value in seen.items() if "CINNABAR_" in key}
    return Settings(**{key: value for key, value in values.items() if key in Settings.model_fields})  # type: ignore[arg-type]


async def test_a_call_becomes_an_alert_with_every_service_as_its_own_user(prepared: Cluster) -> None:
    settings = {name: settings_of(prepared, name) for name in NAMES}
    issuer = LocalIssuer(settings["funding"].data_dir, "cinnabar", "idrija")

    def as_(who: str) -> dict[str, str]:
        return {"Authorization": f"Bearer {issuer.issue(DEMO_PEOPLE[f'{who}@idrija.example'])}"}

    async with AsyncExitStack() as stack:
        up = {name: (await stack.enter_async_context(running(settings[name], name))).http for name in NAMES}
        for http in up.values():
            answer = await http.get("/readyz")
            assert answer.status_code == 200, answer.text
        plan = (EXAMPLE / "plan.yaml").read_bytes()
        answers = [
            await up["notifications"].post("/api/notifications/subscriptions", json={}, headers=as_("officer")),
            await up["actions"].post("/api/actions/plans", content=plan, headers=as_("coordinator")),
            await up["funding"].post("/api/funding/calls", json=CALL, headers=as_("officer")),
        ]
        assert [answer.status_code for answer in answers] == [201, 201, 201]

        async def alerted() -> list[str]:
            alerts = await up["notifications"].get("/api/notifications/alerts", headers=as_("officer"))
            return [alert["call"]["title"] for alert in alerts.json()["items"]]

        assert await until(alerted) == [CALL["title"]]


async def test_a_service_may_not_speak_for_another_or_change_a_stream(prepared: Cluster) -> None:
    funding, refused = await connect(settings_of(prepared, "funding").nats_url)
    jetstream = funding.jetstream(timeout=2)
    assert (await jetstream.publish("cinnabar.idrija.funding.test.said.v1", b"{}")).stream == "FUNDING"
    await funding.publish("cinnabar.idrija.actions.plan.approved.v1", b"{}")
    await funding.publish("$JS.API.STREAM.PURGE.ACTIONS", b"")
    await funding.publish("$JS.API.STREAM.DELETE.ACTIONS", b"")
    await funding.subscribe("_INBOX_actions.>")
    await funding.flush()

    async def all_refused() -> bool:
        return len(refused) == 4

    await until(all_refused)
    assert all("permissions violation" in each.lower() for each in refused)
    await funding.close()


async def test_an_integrator_is_let_in_by_notifications_and_thrown_out(prepared: Cluster) -> None:
    settings = settings_of(prepared, "notifications")
    issuer = LocalIssuer(settings.data_dir, "cinnabar", "idrija")
    operator = {"Authorization": f"Bearer {issuer.issue(DEMO_PEOPLE['operator@idrija.example'])}"}
    keys = "/api/notifications/integrators"
    async with running(settings, "notifications") as system:
        made = await system.http.post(keys, json={"name": "bsc-kranj", "events": ["funding.>"]}, headers=operator)
        assert made.status_code == 201, made.text
        ca = settings.nats_url.partition("?")[2]
        url = f"tls://bsc-kranj:{made.json()['secret']}@127.0.0.1:{prepared.nats_ports[1]}?{ca}"
        client, refused = await connect(url)
        await client.publish("cinnabar.idrija.funding.test.said.v1", b"{}")
        await client.subscribe("cinnabar.>")
        await until(lambda: _told(refused, 2))
        assert (await system.http.post(f"{keys}/bsc-kranj/revoke", headers=operator)).status_code == 200

        async def gone() -> bool:
            return not client.is_connected

        await until(gone)
        with pytest.raises((NoServersError, nats.errors.Error)):
            await connect(url)
        doorkeeper, refused = await connect(settings.nats_system_url)
        await doorkeeper.publish("$SYS.REQ.SERVER.PING", b"")
        await doorkeeper.subscribe("$SYS.>")
        await until(lambda: _told(refused, 2))  # it may cut connections, and nothing else
        await doorkeeper.close()


async def test_a_device_hands_in_readings_from_outside_and_reaches_nothing_else(prepared: Cluster) -> None:
    ca = settings_of(prepared, "sensors").nats_url.partition("?")[2]
    password = prepared.secrets["cinnabar-nats"]["devices"]
    device, refused = await connect(f"tls://devices:{password}@127.0.0.1:{prepared.nats_ports[1]}?{ca}")
    for reply in ("$JS.API.STREAM.PURGE.INGEST", ""):
        await device.publish("ingest.idrija.here", b"{}", reply=reply)  # whose answer would be a good enough command
    assert (await device.jetstream(timeout=10).publish("ingest.idrija.here", b"{}")).seq == 3
    await device.publish("$JS.API.STREAM.PURGE.INGEST", b"")
    await until(lambda: _told(refused, 1))
    await device.close()
    sensors, _ = await connect(settings_of(prepared, "sensors").nats_url)
    assert (await sensors.jetstream(timeout=10).stream_info("INGEST")).state.messages == 3
    await sensors.close()


async def _told(refused: list[str], times: int) -> bool:
    return len(refused) == times


async def connect(url: str) -> tuple[nats.NATS, list[str]]:
    refused: list[str] = []

    async def note(error: Exception) -> None:
        refused.append(str(error))

    address = Address.parse(url)
    client = await nats.connect(
        address.servers, tls=address.tls, inbox_prefix=address.inbox.encode(), error_cb=note, allow_reconnect=False
    )
    return client, refused


async def test_without_a_password_or_without_trust_nobody_comes_in(prepared: Cluster) -> None:
    url = settings_of(prepared, "funding").nats_url
    ca = url.partition("?")[2]
    for wrong in (f"tls://127.0.0.1:{prepared.nats_ports[0]}?{ca}", url.partition("?")[0]):
        with pytest.raises((NoServersError, nats.errors.Error, OSError)):
            await connect(wrong)


def test_a_service_reads_its_own_database_alone(prepared: Cluster) -> None:
    with MongoClient(settings_of(prepared, "funding").mongo_url) as client:
        assert client["cinnabar_funding"].list_collection_names()
        with pytest.raises(OperationFailure, match="not authorized"):
            client["cinnabar_actions"].list_collection_names()


@pytest.mark.parametrize("word", ["wrong password", "wrong authority"])
async def test_what_is_wrong_is_named(prepared: Cluster, word: str, tmp_path: Path) -> None:
    """A service that cannot start says which server, and which setting to look at, in one sentence."""
    seen = prepared.environment("Deployment", "cinnabar-funding", "service")
    if word == "wrong password":
        seen["CINNABAR_NATS_URL"] = seen["CINNABAR_NATS_URL"].replace("funding:p", "funding:q")
    else:
        (tmp_path / "ca.crt").write_text(make()["cinnabar-ca"]["ca.crt"])
        seen["CINNABAR_NATS_URL"] = f"{seen['CINNABAR_NATS_URL'].partition('?')[0]}?tlsCAFile={tmp_path}/ca.crt"
    with pytest.raises(AssertionError, match=r"NATS .*CINNABAR_NATS_URL"):
        await run({**seen, "CINNABAR_PORT": "0"}, "run")
