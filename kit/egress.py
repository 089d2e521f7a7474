"""Where this process may connect for somebody else: to the public internet, and inside only where that is allowed.

A name is resolved once, at the connection, and the connection goes to the addresses that were looked at: a name that
leads elsewhere a moment later gains nothing by it. Each redirect is a connection of its own. No proxy of the
environment is used, since it would resolve the name once more.
"""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Any

import httpcore
import httpx

# A host's first addresses may be of a kind that leads nowhere from here, such as IPv6; its last gets all the time.
TRIED_SECONDS = 3.0
_NAT64 = ip_network("64:ff9b::/96")
_COMPATIBLE = ip_network("::/96")


class NotAllowed(httpcore.ConnectError):
    """The address is inside the own network."""


class NoSuchHost(httpcore.ConnectError):
    """Nobody knows the name."""


@dataclass(frozen=True, slots=True)
class Inside:
    """Hosts and networks inside that connections may lead to: `erp.idrija.local,10.20.0.0/16`."""

    hosts: frozenset[str]
    networks: tuple[IPv4Network | IPv6Network, ...]

    @classmethod
    def parse(cls, text: str) -> Inside:
        words = [word.strip().lower() for word in text.split(",") if word.strip()]
        networks = []
        hosts = set()
        for word in words:
            try:
                networks.append(ip_network(word, strict=False))
            except ValueError:
                hosts.add(word)
        return cls(frozenset(hosts), tuple(networks))

    def allows(self, host: str, address: str) -> bool:
        """Whether a connection to `address`, reached under the name `host`, may be made."""
        found = ip_address(address.partition("%")[0])
        if isinstance(found, IPv6Address):
            found = _carried(found) or found
        if host.lower() in self.hosts or any(found in network for network in self.networks):
            return True
        return found.is_global and not found.is_multicast


ANYWHERE = Inside.parse("0.0.0.0/0,::/0")
NOWHERE = Inside.parse("")


def _carried(found: IPv6Address) -> IPv4Address | None:
    """The IPv4 address an IPv6 address stands for: mapped, compatible, 6to4, Teredo (RFC 4380), NAT64 (RFC 6052)."""
    if found in _NAT64 or (found in _COMPATIBLE and int(found) > 1):
        return IPv4Address(int(found) & 0xFFFFFFFF)
    return found.ipv4_mapped or found.sixtofour or (found.teredo[1] if found.teredo else None)


async def checked_addresses(host: str, port: int, inside: Inside) -> list[str]:
    """Where to connect to. Raises NotAllowed when one of the name's addresses lies inside, and NoSuchHost."""
    try:
        found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise NoSuchHost(f"there is no host {host}") from None
    addresses = [str(address) for *_, (address, *_) in found]
    if not addresses or not all(inside.allows(host, address) for address in addresses):
        # The address itself would tell a stranger about the network.
        raise NotAllowed(f"{host} leads inside the own network")
    return addresses


class Guarded(httpcore.AsyncNetworkBackend):
    """Connects to addresses that were looked at, one after the other."""

    def __init__(self, inside: Inside) -> None:
        self._inside = inside
        self._backend = httpcore.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 - httpcore's interface
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        *first, last = await checked_addresses(host, port, self._inside)
        for address in first:
            a_while = TRIED_SECONDS if timeout is None else min(TRIED_SECONDS, timeout)
            try:
                return await self._backend.connect_tcp(address, port, a_while, local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout):
                continue
        return await self._backend.connect_tcp(last, port, timeout, local_address, socket_options)

    async def connect_unix_socket(self, *_: Any, **__: Any) -> httpcore.AsyncNetworkStream:
        raise NotAllowed("sockets of this machine are inside the own network")

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)


def guarded_transport(
    inside: Inside, *, connections: int = 100, tls: ssl.SSLContext | None = None
) -> httpx.AsyncHTTPTransport:
    """What an `httpx.AsyncClient` connects through, so that it goes where it may."""
    tls = tls or httpx.create_ssl_context()
    transport = httpx.AsyncHTTPTransport(verify=tls, trust_env=False)
    transport._pool = httpcore.AsyncConnectionPool(
        ssl_context=tls,
        max_connections=connections,
        max_keepalive_connections=connections,
        keepalive_expiry=15,
        network_backend=Guarded(inside),
    )
    return transport


def guarded_client(inside: Inside, *, connections: int, tls: ssl.SSLContext | None = None) -> httpx.AsyncClient:
    """A client that goes where it may, and follows no redirect."""
    transport = guarded_transport(inside, connections=connections, tls=tls)
    return httpx.AsyncClient(transport=transport, follow_redirects=False, trust_env=False)


def refused(error: httpx.ConnectError) -> bool:
    """Whether a connection was not made because it leads inside."""
    return isinstance(error.__cause__, NotAllowed)


def unknown(error: httpx.ConnectError) -> bool:
    """Whether a connection was not made because nobody knows the name."""
    return isinstance(error.__cause__, NoSuchHost)
