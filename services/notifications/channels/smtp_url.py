"""Where mail is handed in, read from one URL."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Self
from urllib.parse import unquote, urlsplit

_PORTS = {"smtp": 25, "smtp+starttls": 587, "smtps": 465}
_FORMS = "CINNABAR_SMTP_URL must be smtp://host:port, smtp+starttls://host:port or smtps://user:password@host"


@dataclass(frozen=True, slots=True)
class MailServer:
    """Address of a mail server, and how the way there is protected."""

    host: str
    port: int
    start_tls: bool = False
    tls: bool = False
    user: str | None = None
    password: str | None = field(default=None, repr=False)

    @classmethod
    def at(cls, url: str) -> Self:
        """Read a URL. Ports default to 25, 587 and 465; user and password are percent-encoded.

        `smtp` stays in the clear, `smtp+starttls` insists on STARTTLS, `smtps` speaks TLS from the start.
        `ValueError` names the mend and never repeats the URL, which may hold a password.
        """
        try:
            parts = urlsplit(url)
            port = parts.port
        except ValueError:
            raise ValueError(f"{_FORMS}; host or port cannot be read") from None
        if parts.scheme not in _PORTS or not parts.hostname or parts.path.strip("/") or parts.query:
            raise ValueError(_FORMS)
        if parts.username and parts.scheme == "smtp":
            raise ValueError("CINNABAR_SMTP_URL would send a password in the clear; use smtp+starttls:// or smtps://")
        return cls(
            host=parts.hostname,
            port=_PORTS[parts.scheme] if port is None else port,
            start_tls=parts.scheme == "smtp+starttls",
            tls=parts.scheme == "smtps",
            user=unquote(parts.username) if parts.username else None,
            password=unquote(parts.password) if parts.password else None,
        )
