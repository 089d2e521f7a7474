"""The event stream over HTTP: nothing missed, nothing twice, over restarts, filters and slow readers."""

from __future__ import annotations

import asyncio
import socket
from datetime import UTC, datetime
from urllib.parse import urlsplit

import httpx
import pytest

from contracts.envelope import CONTENT_TYPE, Envelope
from contracts.examples import EXAMPLES
from contracts.registry import Event
from kit.bus.tail import Tail
from kit.clock import uuid7
from kit.settings import Settings
from tests.service.notifications.streams.reader import Served, reading, served

WITHDRAWN = EXAMPLES["cinnabar.funding.call.withdrawn.v1"]
REGISTERED = EXAMPLES["cinnabar.sensors.device.registered.v1"]
RAISED = EXAMPLES["cinnabar.notifications.alert.raised.v1"]


async def say(process: Served, event: Event = WITHDRAWN, about: str = "one", padding: int = 0) -> str:
    """Publish an event as a service's relay does; its id."""
    name = uuid7()
    envelope = Envelope(name, "idrija", about, 1, datetime.now(UTC), event, correlation_id=name)
    body = envelope.encode() + b" " * padding
    headers = {"content-type": CONTENT_TYPE, "Nats-Msg-Id": name}
    await process.runtime.bus.jetstream.publish(envelope.nats_subject, body, headers=headers)
    return name


async def test_what_is_said_from_now_on_arrives_in_every_stream(settings: Settings) -> None:
    async with served(settings) as process:
        await say(process)
        async with reading(process) as events:
            told = [await say(process, each) for each in (WITHDRAWN, REGISTERED, WITHDRAWN)]
            got = [await anext(events) for _ in told]
    assert {each.data["id"] for each in got} == set(told), "what was before is not shown"
    assert {each.name for each in got} == {WITHDRAWN.contract.type, REGISTERED.contract.type}


async def test_a_reader_goes_on_where_it_was_on_another_process(settings: Settings) -> None:
    """Event by event, with a fresh process each time and new events while nobody reads."""
    async with served(settings) as first:
        told = [await say(first, each) for each in (WITHDRAWN, REGISTERED) * 3]
        async with reading(first, "?since=beginning") as events:
            got = [await anext(events) for _ in range(2)]
    for _ in range(2):
        async with served(settings) as later:
            told += [await say(later, each) for each in (REGISTERED, WITHDRAWN)]
            async with reading(later, "?since=beginning", after=got[-1].place) as events:
                got += [await anext(events) for _ in range(3)]
                told.append(await say(later))
    async with served(settings) as last, reading(last, after=got[-1].place) as events:
        got += [await anext(events) for _ in range(len(told) - len(got))]
        closing = await say(last)
        assert (await anext(events)).data["id"] == closing, "nothing comes twice"
    assert sorted(each.data["id"] for each in got) == sorted(told)


async def test_two_replicas_understand_each_others_places(settings: Settings) -> None:
    async with served(settings) as one, served(settings) as other:
        async with reading(one) as events, reading(other) as others:
            told = [await say(one, each) for each in (WITHDRAWN, REGISTERED, WITHDRAWN, REGISTERED)]
            half = [await anext(events) for _ in range(2)]
            await anext(others)
        async with reading(other, after=half[-1].place) as events:
            rest = [await anext(events) for _ in range(2)]
    assert sorted(each.data["id"] for each in half + rest) == sorted(told)


async def test_a_reader_may_begin_at_a_time(settings: Settings) -> None:
    async with served(settings) as process:
        for _ in range(3):
            await say(process, REGISTERED)
        await asyncio.sleep(0.01)  # the server's clock moves on
        moment = datetime.now(UTC).isoformat().replace("+00:00", "Z")
        told = [await say(process, each) for each in (WITHDRAWN, WITHDRAWN)]
        async with reading(process, f"?since={moment}") as events:
            got = [await anext(events)]
        async with reading(process, after=got[0].place) as events:
            got.append(await anext(events))
    assert [each.data["id"] for each in got] == told


async def test_only_what_was_asked_for_comes(settings: Settings) -> None:
    async with served(settings) as process:
        for each in (REGISTERED, RAISED):
            await say(process, each)
        wanted = await say(process)
        async with reading(process, "?types=funding.call.*,actions.>&since=beginning") as events:
            assert (await anext(events)).data["id"] == wanted
            await say(process, REGISTERED)
            later = await say(process)
            assert (await anext(events)).data["id"] == later
        async with reading(process, "?since=beginning") as events:
            assert [(await anext(events)).name for _ in range(2)] == [REGISTERED.contract.type, WITHDRAWN.contract.type]
        async with reading(process, "?types=notifications.>&since=beginning", who="operator") as events:
            assert (await anext(events)).name == RAISED.contract.type


async def test_a_silent_stream_beats_and_moves_its_reader_on(settings: Settings) -> None:
    async with served(settings) as process:
        tail = process.runtime.bus.tail("idrija")
        tail.beat = 0.05
        async with (
            httpx.AsyncClient() as client,
            client.stream("GET", f"{process.url}/api/events?types=funding.>", headers=process.as_("integrator")) as it,
        ):
            lines = it.aiter_lines()
            await say(process, REGISTERED)
            while "SENSORS.1" not in await anext(lines):
                pass


async def test_who_is_too_slow_is_told_so_and_others_are_not_held_up(settings: Settings) -> None:
    async with served(settings) as process:
        bus = process.runtime.bus
        bus._tail = Tail(bus.client, bus.jetstream, bus.tail("idrija").subjects, kept_messages=50)
        place = urlsplit(process.url)
        slow = socket.socket()
        slow.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        slow.setblocking(False)
        loop = asyncio.get_running_loop()
        await loop.sock_connect(slow, (place.hostname, place.port))
        token = process.as_("integrator")["Authorization"]
        await loop.sock_sendall(slow, f"GET /api/events HTTP/1.1\r\nHost: x\r\nAuthorization: {token}\r\n\r\n".encode())
        await loop.sock_recv(slow, 64)
        async with reading(process) as events:
            for _ in range(40):
                told = [await say(process, padding=100_000) for _ in range(10)]
                assert [(await anext(events)).data["id"] for _ in told] == told
        read = b""
        while b"event: end" not in read[-4000:]:
            more = await loop.sock_recv(slow, 1 << 20)
            assert more, "it ended without saying why"
            read += more
        slow.close()
        assert b'"reason": "too-slow"' in read
        last = read[: read.index(b"event: end")].rpartition(b"id: ")[2].split(b"\n")[0].decode()
        seen = read.count(b"event: cinnabar.")
        async with reading(process, after=last) as events:
            for _ in range(400 - seen):
                await anext(events)
            closing = await say(process)
            assert (await anext(events)).data["id"] == closing


async def test_a_process_that_ends_says_so(settings: Settings) -> None:
    async with served(settings) as process, reading(process) as events:
        process.runtime.bus.let_go()
        assert (await anext(events)).data["reason"] == "stopping"
        with pytest.raises(StopAsyncIteration):
            await anext(events)


REFUSED: tuple[tuple[str, dict[str, str], int, str], ...] = (
    ("?types=money.>", {}, 422, "types"),
    ("?types=funding.call.publishd", {}, 422, "types"),
    ("?types=notifications.alert.raised", {}, 422, "types"),
    ("?since=yesterday", {}, 422, "since"),
    ("?since=2027-03-31T12:00:00", {}, 422, "since"),
    ("?since=2999-01-01T00:00:00Z", {}, 422, "since"),
    ("?municipality=kranj", {}, 403, "municipality"),
    ("", {"Last-Event-ID": "17"}, 422, "Last-Event-ID"),
    ("", {"Last-Event-ID": "FUNDING.1"}, 409, "Last-Event-ID"),
)


async def test_what_cannot_be_meant_is_refused(settings: Settings) -> None:
    """The last of them: a place behind the end of a stream, of which an older copy was put back."""
    async with served(settings) as process, httpx.AsyncClient(base_url=process.url) as client:
        for query, headers, status, field in REFUSED:
            answer = await client.get(f"/api/events{query}", headers=process.as_("integrator") | headers)
            assert answer.status_code == status, answer.text
            assert answer.json()["errors"][0]["field"] == field


async def test_it_needs_the_role(settings: Settings) -> None:
    async with served(settings) as process, httpx.AsyncClient(base_url=process.url) as client:
        assert (await client.get("/api/events")).status_code == 401
        assert (await client.get("/api/events", headers=process.as_("officer"))).status_code == 403
