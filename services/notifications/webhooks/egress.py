"""Which addresses a webhook may have, and the clients that post to them."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Container
from urllib.parse import urlsplit

import httpcore
import httpx

from kit.egress import NOWHERE, Inside, NotAllowed, checked_addresses, guarded_client

LONGEST_URL = 2000


class Clients:
    """A client for each receiver, which follows no redirect and goes where it may.

    One for all would look through its connections two by two at every post: with 200 of them, ten times the work of
    posting. Those that were not used for longest are closed.
    """

    def __init__(self, inside: Inside, *, connections: int, kept: int) -> None:
        self._inside = inside
        self._connections = connections
        self._kept = kept
        self._tls = httpx.create_ssl_context()
        self._clients: OrderedDict[str, httpx.AsyncClient] = OrderedDict()

    def of(self, name: str) -> httpx.AsyncClient:
        if name not in self._clients:
            self._clients[name] = guarded_client(self._inside, connections=self._connections, tls=self._tls)
        self._clients.move_to_end(name)
        return self._clients[name]

    async def tidy(self, in_use: Container[str]) -> None:
        """Close the oldest that nobody uses, down to as many as are kept."""
        spare = len(self._clients) - self._kept
        for name in [name for name in self._clients if name not in in_use][: max(spare, 0)]:
            await self._clients.pop(name).aclose()

    async def close(self) -> None:
        for client in self._clients.values():
            await client.aclose()


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
        addresses = await checked_addresses(host, port, inside)
    except NotAllowed as error:
        mend = "give a public address, or have the operator name the host in CINNABAR_WEBHOOK_INSIDE"
        return str(error), mend
    except httpcore.ConnectError as error:
        return str(error), "check the spelling of the host"
    if parts.scheme == "http" and all(NOWHERE.allows(host, address) for address in addresses):
        return "the address is not encrypted", "write https://"
    return None
