"""Which addresses a webhook may have, and the client that posts to them."""

from __future__ import annotations

from urllib.parse import urlsplit

import httpcore
import httpx

from kit.egress import NOWHERE, Inside, NotAllowed, checked_addresses, guarded_transport

LONGEST_URL = 2000


def client(inside: Inside, *, connections: int) -> httpx.AsyncClient:
    """A client that follows no redirect and goes where it may."""
    transport = guarded_transport(inside, connections=connections)
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
        addresses = await checked_addresses(host, port, inside)
    except NotAllowed as error:
        mend = "give a public address, or have the operator name the host in CINNABAR_WEBHOOK_INSIDE"
        return str(error), mend
    except httpcore.ConnectError as error:
        return str(error), "check the spelling of the host"
    if parts.scheme == "http" and all(NOWHERE.allows(host, address) for address in addresses):
        return "the address is not encrypted", "write https://"
    return None
