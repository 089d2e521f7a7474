"""Where the NATS servers are and how they are trusted, in one setting."""

from __future__ import annotations

import ssl
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qs, urlsplit


@dataclass(frozen=True, slots=True)
class Address:
    """`tls` is None without TLS. `inbox` is the user's own, so that permissions can keep answers from others' ears."""

    servers: list[str]
    tls: ssl.SSLContext | None
    inbox: str

    @classmethod
    def parse(cls, text: str) -> Address:
        """Read `tls://user:password@a:4222,tls://user:password@b:4222?tlsCAFile=/etc/ca.crt`, named as MongoDB does.

        Without `tlsCAFile`, the system's authorities are trusted. Raises OSError or ValueError for a bad CA file.
        """
        servers, _, query = text.partition("?")
        urls = [url.strip() for url in servers.split(",")]
        first = urlsplit(urls[0])
        authority = next(iter(parse_qs(query).get("tlsCAFile", [])), None)
        if authority and not Path(authority).is_file():  # ssl's own complaint names no file
            raise FileNotFoundError(f"there is no file {authority}")
        context = ssl.create_default_context(cafile=authority) if first.scheme == "tls" or authority else None
        return cls(urls, context, f"_INBOX_{first.username}" if first.username else "_INBOX")
