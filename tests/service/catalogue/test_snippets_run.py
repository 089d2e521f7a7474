"""The subscribers shown in the catalogue, copied from the page and run against the real server."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from nats.js.errors import NotFoundError

from contracts.envelope import CONTENT_TYPE, Envelope
from contracts.examples import EXAMPLES
from contracts.sensors import DeviceRegisteredV1
from kit.clock import now
from kit.settings import Settings
from tests.conftest import Running, running
from tests.service.catalogue.programs import copied, started
from tests.waiting import until

REGISTERED = DeviceRegisteredV1.contract.type
in_every_language = pytest.mark.parametrize("language", ["python", "javascript"])


async def page_of(system: Running, event_type: str) -> str:
    answer = await system.http.get(f"/events/{event_type}", headers={"Accept": "text/html"})
    assert answer.status_code == 200, answer.text
    return answer.text


async def report(system: Running, device: str, name: str) -> None:
    """A first reading of a device; what the service says of it goes the whole way through outbox and relay."""
    reading = {"device": device, "device_name": name, "observed_property": "pm10", "unit": "ug/m3", "value": 12.4}
    sent = reading | {"time": now().isoformat()}
    answer = await system.http.post("/api/sensors/readings", json=sent, headers=system.as_("integrator"))
    assert answer.status_code == 200, answer.text


async def say(system: Running, event_type: str) -> Envelope:
    """Publish the example of an event under a fresh id."""
    event = EXAMPLES[event_type]
    name = str(uuid4())
    envelope = Envelope(name, "idrija", f"about-{name}", 1, now(), event, correlation_id=name)
    headers = {"Nats-Msg-Id": name, "content-type": CONTENT_TYPE}
    await publish(system, envelope, envelope.encode(), headers)
    return envelope


async def publish(system: Running, like: Envelope, body: bytes, headers: dict[str, str]) -> None:
    await system.runtime.bus.jetstream.publish(like.nats_subject, body, stream=like.contract.stream, headers=headers)


@in_every_language
async def test_what_a_service_says_arrives_whole(settings: Settings, tmp_path: Path, language: str) -> None:
    async with running(settings, "sensors") as system:
        program = copied(await page_of(system, REGISTERED), language, tmp_path)
        await report(system, "air-1", "Merilnik čistosti zraka, Mestni trg")
        async with started(program, settings.nats_url) as subscriber:
            event = await subscriber.next_event()
            assert event["subject"] == "air-1"
            assert event["type"] == REGISTERED
            assert event["specversion"] == "1.0"
            assert event["data"]["name"] == "Merilnik čistosti zraka, Mestni trg"
            await report(system, "air-2", "Comes while somebody reads")
            assert (await subscriber.next_event())["subject"] == "air-2"


@in_every_language
async def test_only_the_event_of_the_page_is_read(settings: Settings, tmp_path: Path, language: str) -> None:
    async with running(settings, "funding") as system:
        program = copied(await page_of(system, "cinnabar.funding.source.failed.v1"), language, tmp_path)
        await say(system, "cinnabar.funding.call.withdrawn.v1")
        failed = await say(system, "cinnabar.funding.source.failed.v1")
        async with started(program, settings.nats_url) as subscriber:
            assert (await subscriber.next_event())["id"] == failed.id


@in_every_language
async def test_a_durable_goes_on_where_it_stopped(settings: Settings, tmp_path: Path, language: str) -> None:
    async with running(settings, "sensors") as system:
        program = copied(await page_of(system, REGISTERED), language, tmp_path)
        first, second = await say(system, REGISTERED), await say(system, REGISTERED)
        async with started(program, settings.nats_url, DURABLE="reader") as subscriber:
            assert (await subscriber.next_event())["id"] == first.id
            assert (await subscriber.next_event())["id"] == second.id
            await acknowledged(system, "SENSORS", "reader", 2)
        third = await say(system, REGISTERED)
        async with started(program, settings.nats_url, DURABLE="reader") as subscriber:
            assert (await subscriber.next_event())["id"] == third.id


@in_every_language
async def test_from_now_on_leaves_out_what_was(settings: Settings, tmp_path: Path, language: str) -> None:
    async with running(settings, "sensors") as system:
        program = copied(await page_of(system, REGISTERED), language, tmp_path)
        await say(system, REGISTERED)
        async with started(program, settings.nats_url, START="new", DURABLE="late") as subscriber:
            await consumer_of(system, "SENSORS", "late")
            fresh = await say(system, REGISTERED)
            assert (await subscriber.next_event())["id"] == fresh.id


@in_every_language
async def test_what_is_no_event_is_passed_over_for_good(settings: Settings, tmp_path: Path, language: str) -> None:
    async with running(settings, "sensors") as system:
        program = copied(await page_of(system, REGISTERED), language, tmp_path)
        example = Envelope("-", "idrija", "-", 1, now(), EXAMPLES[REGISTERED], correlation_id="-")
        await publish(system, example, b"not json", {"content-type": "text/plain"})
        await publish(system, example, b"nor this", {})
        shouted = replace(example, id=str(uuid4()))
        await publish(system, shouted, shouted.encode(), {"Content-Type": f"{CONTENT_TYPE}; charset=utf-8"})
        async with started(program, settings.nats_url, DURABLE="careful") as subscriber:
            assert (await subscriber.next_event())["id"] == shouted.id
            info = await acknowledged(system, "SENSORS", "careful", 3)
            assert info.num_redelivered == 0


async def consumer_of(system: Running, stream: str, durable: str) -> Any:
    async def there() -> Any:
        try:
            return await system.runtime.bus.jetstream.consumer_info(stream, durable)
        except NotFoundError:
            return None

    return await until(there)


async def acknowledged(system: Running, stream: str, durable: str, count: int) -> Any:
    """The consumer once the server knows that its first `count` messages are settled."""

    async def settled() -> Any:
        info = await system.runtime.bus.jetstream.consumer_info(stream, durable)
        return info if info.ack_floor.consumer_seq >= count and info.num_ack_pending == 0 else None

    return await until(settled)
