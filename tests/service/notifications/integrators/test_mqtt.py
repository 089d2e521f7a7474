"""The same key over MQTT: events as they are said, on a server of its own, since MQTT leaves streams behind."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiomqtt
import pytest

from kit.embedded.nats import NatsServer
from kit.settings import Settings
from tests.conftest import Running, running
from tests.service.notifications.integrators.test_rights import REGISTERED, WITHDRAWN, add, ask, say, signed_in

TOPIC = "cinnabar/idrija/funding/call/withdrawn/v1"


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[NatsServer]:
    server = NatsServer(tmp_path / "nats")
    await server.start()
    yield server
    await server.stop()


@pytest.fixture
def own(settings: Settings, server: NatsServer) -> Settings:
    addresses = {"nats_url": server.url, "nats_issuer": server.issuer, "nats_system_url": server.system_url}
    return Settings.model_validate(settings.model_dump() | addresses)


def client(server: NatsServer, made: dict[str, Any], identifier: str = "", **more: Any) -> aiomqtt.Client:
    return aiomqtt.Client(
        "127.0.0.1",
        int(server.mqtt_url.rpartition(":")[2]),
        username=made["name"],
        password=more.pop("secret", made["secret"]),
        identifier=identifier or made["name"],
        timeout=30,
    )


async def granted(mqtt: aiomqtt.Client, topic: str) -> bool:
    (answer,) = await mqtt.subscribe(topic)  # type: ignore[misc]
    return not answer.is_failure  # type: ignore[union-attr]


async def heard(mqtt: aiomqtt.Client) -> Any:
    async with asyncio.timeout(30):
        return json.loads((await anext(aiter(mqtt.messages))).payload)


async def test_it_hears_its_own_events_and_can_do_nothing_else(own: Settings, server: NatsServer) -> None:
    async with running(own, "notifications") as system:
        made = await add(system)
        assert made["topics"] == ["cinnabar/idrija/funding/#"]
        async with client(server, made) as mqtt:
            assert await granted(mqtt, made["topics"][0])
            for topic in ("#", "cinnabar/#", "+/+/funding/#", "cinnabar/idrija/sensors/#", "ingest/#", "$SYS/#"):
                assert not await granted(mqtt, topic), topic
            before = await kept(system)
            await mqtt.publish(TOPIC, b"{}", qos=1, retain=True)
            await mqtt.publish("ingest/idrija/device", b"{}", qos=1)
            await say(system, REGISTERED)
            event = await say(system, WITHDRAWN)
            assert (await heard(mqtt))["id"] == event
            assert await kept(system) == before + 1, "what it publishes is nobody's event"


async def kept(system: Running) -> int:
    return int((await system.runtime.bus.jetstream.stream_info("FUNDING")).state.messages)


async def test_revoking_cuts_it_off_and_another_client_is_never_thrown_out(own: Settings, server: NatsServer) -> None:
    async with running(own, "notifications") as system:
        made, other = await add(system), await add(system, "bsc")
        async with client(server, made, "bsc-kranj:1") as mqtt:
            for wrong in (
                client(server, made, secret="ck_guessed"),
                client(server, other, "bsc-kranj:1"),
                client(server, other, "gateway"),
            ):
                with pytest.raises(aiomqtt.MqttError):
                    async with wrong:
                        pass
            assert await granted(mqtt, TOPIC)
            await ask(system, "POST", "/bsc-kranj/revoke", 200)
            with pytest.raises(aiomqtt.MqttError, match="Disconnected"):
                await heard(mqtt)
        with pytest.raises(aiomqtt.MqttError):
            async with client(server, made):
                pass


async def test_where_nobody_could_be_cut_off_nobody_is_let_in(own: Settings, server: NatsServer) -> None:
    async with running(own.model_copy(update={"nats_system_url": ""}), "notifications") as system:
        made = await add(system)
        with pytest.raises(aiomqtt.MqttError):
            async with client(server, made):
                pass
        async with signed_in(own, made):
            """Over NATS it is: without its durables there is nothing to read."""
