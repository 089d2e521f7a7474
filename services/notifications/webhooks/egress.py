"""Where a webhook may lead: to the public internet, and to addresses inside only if the installation names them.

The name is resolved once, at the connection, and the connection goes to the address that was looked at: a name that
leads elsewhere a moment later gains nothing by it.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Any
from urllib.parse import urlsplit

import httpcore
import httpx

LONGEST_URL = 2000


class NotAllowed(httpcore.ConnectError):
    """The address is inside the own network."""


@dataclass(frozen=True, slots=True)
class Inside:
    """Hosts and networks inside that webhooks may lead to: `erp.idrija.local,10.20.0.0/16`."""

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
            found = found.ipv4_mapped or found.sixtofour or found
        if host.lower() in self.hosts or any(found in network for network in self.networks):
            return True
        return found.is_global and not found.is_multicast


class Guarded(httpcore.AsyncNetworkBackend):
    """Connects to addresses that were looked at."""

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
        address = await checked_address(host, port, self._inside)
        return await self._backend.connect_tcp(address, port, timeout, local_address, socket_options)

    async def connect_unix_socket(self, *_: Any, **__: Any) -> httpcore.AsyncNetworkStream:
        raise NotAllowed("webhooks do not lead to sockets of this machine")

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)


async def checked_address(host: str, port: int, inside: Inside) -> str:
    """The address to connect to. Raises NotAllowed when one of the name's addresses lies inside."""
    try:
        found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except OSError:
        raise httpcore.ConnectError(f"there is no host {host}") from None
    addresses = [str(address) for *_, (address, *_) in found]
    inner = [address for address in addresses if not inside.allows(host, address)]
    if inner or not addresses:
        raise NotAllowed(f"{host} leads inside the own network, where webhooks may not go")
    return addresses[0]


def client(inside: Inside, *, connections: int) -> httpx.AsyncClient:
    """A client that follows no redirect, uses no proxy of the environment, and goes where it may."""
    transport = httpx.AsyncHTTPTransport(trust_env=False)
    transport._pool = httpcore.AsyncConnectionPool(
        ssl_context=httpx.create_ssl_context(),
        max_connections=connections,
        max_keepalive_connections=connections,
        keepalive_expiry=15,
        network_backend=Guarded(inside),
    )
    return httpx.AsyncClient(transport=transport, follow_redirects=False, trust_env=False)


async def refusal(url: str, inside: Inside) -> tuple[str, str] | None:
    """What is wrong with an address, and the mend; None when it can be used."""
    try:
        parts = urlsplit(url)
        port = parts.port or (443 if parts.scheme == "https" else 80)
    except ValueError:
        return "the address cannot be read", "write https://host/path"
    host = parts.hostname
    if parts.scheme not in {"https", "http"} or not host or len(url) > LONGEST_URL or not url.isprintable():
        return "the address is no web address", "write https://host/path"
    if parts.username or parts.password or parts.fragment:
        return "the address holds a user, a password or a fragment", "leave them out; the signature says who we are"
    try:
        address = await checked_address(host, port, inside)
    except NotAllowed as error:
        mend = "give a public address, or have the operator name the host in CINNABAR_WEBHOOK_INSIDE"
        return str(error), mend
    except httpcore.ConnectError as error:
        return str(error), "check the spelling of the host"
    if parts.scheme == "http" and Inside(frozenset(), ()).allows(host, address):
        return "the address is not encrypted", "write https://"
    return None
