"""Which addresses count as inside, however they are written, and what a name may lead to by the time it is used."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx
import pytest

from kit.egress import ANYWHERE, NOWHERE, Inside, guarded_transport, refused, unknown

CARRIED = ("::ffff:10.0.0.1", "64:ff9b::a9fe:a9fe", "::7f00:1", "2002:7f00:1::", "2001:0:0:0:0:0:80ff:fffe")


@pytest.mark.parametrize(
    "address",
    [
        *("127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.0.1", "169.254.169.254", "100.64.0.1", "0.0.0.0"),
        *("224.0.0.1", "::1", "::", "fe80::1%eth0", "fd00:ec2::254", "ff02::1", *CARRIED),
    ],
)
def test_an_address_inside_is_refused_in_every_dress(address: str) -> None:
    assert not NOWHERE.allows("name.example", address)
    assert ANYWHERE.allows("name.example", address)


def test_the_public_internet_is_open_and_what_is_named_inside() -> None:
    assert NOWHERE.allows("a.example", "8.8.8.8")
    assert NOWHERE.allows("a.example", "2001:4860:4860::8888")
    named = Inside.parse("erp.idrija.local, 10.20.0.0/16")
    assert named.allows("ERP.idrija.local", "192.168.3.4")
    assert named.allows("x.example", "10.20.1.1")
    assert not named.allows("x.example", "10.21.1.1")
    assert named.allows("x.example", "::ffff:10.20.1.1")


class Names:
    """A name server whose answers change from one question to the next."""

    def __init__(self, *answers: list[str]) -> None:
        self._answers = iter(answers)

    async def __call__(self, host: str, port: int, **_: Any) -> list[Any]:
        return [(2, 1, 6, "", (address, port)) for address in next(self._answers)]


@pytest.fixture
async def server() -> Any:
    async def greet(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 302 Found\r\nLocation: http://moved.example/\r\nContent-Length: 0\r\n\r\n")
        await writer.drain()
        writer.close()

    async with await asyncio.start_server(greet, "127.0.0.1", 0) as listening:
        yield listening.sockets[0].getsockname()[1]


async def test_each_connection_is_looked_at_also_after_a_redirect(server: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """The first name may lead here; the one it redirects to leads inside, and may not."""
    names = Names(["127.0.0.1"], ["169.254.169.254"])
    monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", names, raising=False)
    transport = guarded_transport(Inside.parse("first.example"))
    async with httpx.AsyncClient(transport=transport, follow_redirects=True) as client:
        with pytest.raises(httpx.ConnectError, match=r"moved\.example leads inside") as error:
            await client.get(f"http://first.example:{server}/")
        assert refused(error.value)


async def test_one_inner_address_among_many_is_enough_to_refuse(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", Names(["8.8.8.8", "127.0.0.1"]), raising=False)
    async with httpx.AsyncClient(transport=guarded_transport(NOWHERE)) as client:
        with pytest.raises(httpx.ConnectError, match="inside the own network"):
            await client.get("https://both.example/")


async def test_an_address_that_leads_nowhere_is_passed_over(server: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", Names(["127.0.0.2", "127.0.0.1"]), raising=False)
    async with httpx.AsyncClient(transport=guarded_transport(ANYWHERE)) as client:
        assert (await client.get(f"http://two.example:{server}/")).status_code == 302


async def test_a_name_nobody_knows_is_told_apart() -> None:
    async with httpx.AsyncClient(transport=guarded_transport(NOWHERE)) as client:
        with pytest.raises(httpx.ConnectError) as error:
            await client.get("https://nobody.invalid/")
        assert unknown(error.value)
