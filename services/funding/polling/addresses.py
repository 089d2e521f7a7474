"""Which hosts may be visited: sources of calls stand on the public internet, never inside the own network."""

from __future__ import annotations

import asyncio
import socket
from ipaddress import ip_address

from services.funding.sources.source import Unreachable


async def refuse_private(host: str) -> None:
    """Raises Unreachable for a name that leads to a private, loopback or link-local address.

    Whoever adds a feed could otherwise have this server read the cluster's own services for them.
    """
    try:
        found = await asyncio.get_running_loop().getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except OSError:
        raise Unreachable(f"There is no host {host}", "Check the spelling of the address") from None
    inner = [address for _, _, _, _, (address, *_) in found if not ip_address(str(address).partition("%")[0]).is_global]
    if inner:
        raise Unreachable(
            f"{host} leads to {inner[0]}, which is inside the own network",
            "Give a public address, or set CINNABAR_PRIVATE_SOURCES for a source that stands in the own network",
        )
