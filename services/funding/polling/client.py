"""The client that visits sources of calls: it says who it is, and goes to the public internet alone."""

from __future__ import annotations

import ssl
from importlib.metadata import version

import httpx

from kit.egress import ANYWHERE, NOWHERE, guarded_transport
from services.funding.polling.bodies import ENCODINGS
from services.funding.polling.manners import Manners

AGENT = "Cinnabar"


def client_for(*, contact: str, site: str, intermediate: str | None, manners: Manners) -> httpx.AsyncClient:
    """A client that says who it is. Whoever adds a feed must not have it read the cluster's own services for them.

    `intermediate`: a certificate (PEM) that the server forgets to send along.
    """
    context: ssl.SSLContext = httpx.create_ssl_context()
    if intermediate:
        # It completes a chain to a root this machine trusts; it is no root itself.
        context.verify_flags &= ~ssl.VERIFY_X509_PARTIAL_CHAIN
        context.load_verify_locations(cadata=intermediate)
    return httpx.AsyncClient(
        transport=guarded_transport(ANYWHERE if manners.private_addresses else NOWHERE, tls=context),
        timeout=httpx.Timeout(manners.silence, connect=manners.connect),
        headers={"User-Agent": agent(contact, site), "Accept-Encoding": ENCODINGS, "Accept": "*/*"},
        max_redirects=manners.redirects,
    )


def agent(contact: str, site: str) -> str:
    """`Cinnabar/0.2.0 (+https://cinnabar.idrija.si; razpisi@idrija.si)`: the product, where it runs, whom to write."""
    return f"{AGENT}/{version('cinnabar')} (+{site}; {contact})"
