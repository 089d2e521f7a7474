"""Pulling: what came is handed over at once, no more is asked for than there is room, and every way out yields."""

from __future__ import annotations

import asyncio
import json
from types import SimpleNamespace
from typing import Any

import pytest
from nats.errors import TimeoutError as NothingCame

from kit.bus import pull
from kit.bus.pull import Pull


class Server:
    """The little a pull uses of a NATS client."""

    def __init__(self) -> None:
        self.asked: list[int] = []
        self.stats = {"reconnects": 0}
        self.is_connected = True
        self.given_back: list[str] = []
        self.under_way: list[Any] = []

    def new_inbox(self) -> str:
        return "_INBOX.toy"

    async def subscribe(self, inbox: str, cb: Any) -> Any:
        self.deliver = cb
        return SimpleNamespace(drain=self._drain, unsubscribe=self._unsubscribe)

    async def _drain(self) -> None:
        for message in self.under_way:
            await self.deliver(message)

    async def _unsubscribe(self) -> None:
        self.under_way = []

    async def publish(self, subject: str, body: bytes, reply: str) -> None:
        assert (subject, reply) == ("$JS.API.CONSUMER.MSG.NEXT.S.d", "_INBOX.toy")
        self.asked.append(json.loads(body)["batch"])

    def message(self, name: str) -> Any:
        async def nak() -> None:
            self.given_back.append(name)

        return SimpleNamespace(data=name, headers=None, reply="$JS.ACK.x", nak=nak)


@pytest.fixture
def server() -> Server:
    return Server()


async def opened(server: Server, room: int = 10) -> Pull:
    pulling = Pull(server, "S", "d", lambda: room)
    await pulling.open()
    return pulling


async def test_half_a_batch_is_not_kept_until_it_is_full(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    pulling = await opened(server)
    await server.deliver(server.message("a"))
    assert [message.data for message in await pulling.fetch(10)] == ["a"]

    async def wait(seconds: float) -> None:
        raise AssertionError("nobody must wait for company")

    monkeypatch.setattr(pulling, "_something", wait)
    with pytest.raises(NothingCame):
        await pulling.fetch(9)


async def test_one_request_is_open_at_a_time_and_no_larger_than_the_room(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pull, "TURN_SECONDS", 0.01)
    pulling = await opened(server, room=3)
    for _ in range(3):
        with pytest.raises(NothingCame):
            await pulling.fetch(10)
    assert server.asked == [3]
    await server.deliver(SimpleNamespace(data=b"", headers={"Status": "408"}, reply=""))
    with pytest.raises(NothingCame):
        await pulling.fetch(10)
    assert server.asked == [3, 3]


async def test_a_request_that_died_with_its_connection_is_made_again(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pull, "TURN_SECONDS", 0.01)
    pulling = await opened(server)
    with pytest.raises(NothingCame):
        await pulling.fetch(10)
    server.stats["reconnects"] += 1
    with pytest.raises(NothingCame):
        await pulling.fetch(10)
    assert server.asked == [10, 10]


async def test_without_a_connection_it_asks_nothing_and_lets_others_run(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pull, "AWAY_SECONDS", 0)
    pulling = await opened(server)
    server.is_connected = False
    others = asyncio.create_task(asyncio.sleep(0))
    for _ in range(3):
        with pytest.raises(NothingCame):
            await pulling.fetch(10)
    assert others.done()
    assert server.asked == []


async def test_what_came_and_was_not_handed_over_is_given_back(server: Server) -> None:
    pulling = await opened(server)
    await server.deliver(server.message("a"))
    await pulling.unsubscribe()
    await server.deliver(server.message("late"))
    await pulling.unsubscribe()
    assert server.given_back == ["a", "late"]


async def test_what_the_server_had_sent_before_it_heard_of_the_end_is_given_back(server: Server) -> None:
    pulling = await opened(server)
    server.under_way = [server.message("under way")]
    await pulling.unsubscribe()
    assert server.given_back == ["under way"]


async def test_without_a_connection_nothing_is_waited_for_at_the_end(server: Server) -> None:
    pulling = await opened(server)
    server.is_connected = False
    server.under_way = [server.message("lost with the connection")]
    await pulling.unsubscribe()
    assert server.given_back == [] == server.under_way


async def test_a_header_called_status_does_not_make_a_message_a_status(server: Server) -> None:
    pulling = await opened(server)
    message = server.message("a")
    message.headers = {"Status": "408"}
    await server.deliver(message)
    assert await pulling.fetch(10) == [message]
