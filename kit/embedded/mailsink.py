"""An SMTP server on loopback that delivers nothing and keeps every accepted message as a file."""

from __future__ import annotations

import asyncio
import itertools
import logging
import os
from datetime import UTC, datetime
from pathlib import Path

from aiosmtpd.smtp import SMTP, Envelope, Session

from kit.embedded.errors import EmbeddedError

log = logging.getLogger(__name__)


class MailSink:
    """`url` is known once started. A message is accepted only when its file is safely on the disk.

    Files are `<UTC time>-<number>.eml`, so that their names sort by arrival; each begins with the envelope:
    `X-Envelope-From`, and one `X-Envelope-To` per recipient.
    """

    def __init__(self, directory: Path, *, port: int = 0) -> None:
        self.directory = directory
        self.url = ""
        self._port = port
        self._numbers = itertools.count(1)
        self._server: asyncio.Server | None = None
        self._sessions: list[SMTP] = []

    async def start(self) -> None:
        """Raises EmbeddedError when the port is taken."""
        self.directory.mkdir(parents=True, exist_ok=True)
        try:
            self._server = await asyncio.get_running_loop().create_server(self._session, "127.0.0.1", self._port)
        except OSError as error:
            raise EmbeddedError(f"the mail sink cannot listen on 127.0.0.1:{self._port}: {error.strerror}") from error
        self._port = self._server.sockets[0].getsockname()[1]
        self.url = f"smtp://127.0.0.1:{self._port}"

    async def stop(self) -> None:
        """Close the port and every open conversation."""
        if self._server is None:
            return
        self._server.close()
        for session in self._sessions:
            if session.transport is not None:
                session.transport.close()
        self._sessions.clear()
        await self._server.wait_closed()
        self._server = None

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd's
        arrived = datetime.now(UTC)
        path = self.directory / f"{arrived:%Y%m%dT%H%M%S.%fZ}-{next(self._numbers):06d}.eml"
        try:
            await asyncio.to_thread(_keep, path, _enveloped(envelope))
        except OSError as error:
            log.exception("the mail sink could not keep a message")
            return f"452 4.3.1 Cannot keep the message: {error.strerror}"
        return f"250 2.0.0 Kept as {path.name}"

    def _session(self) -> SMTP:
        self._sessions = [session for session in self._sessions if session.transport is not None]
        # a fixed host name: the default asks the resolver, which may take seconds
        session = SMTP(self, enable_SMTPUTF8=True, hostname="localhost", ident="cinnabar mail sink")
        self._sessions.append(session)
        return session


def _enveloped(envelope: Envelope) -> bytes:
    headers = [f"X-Envelope-From: {envelope.mail_from or ''}"]
    headers += [f"X-Envelope-To: {recipient}" for recipient in envelope.rcpt_tos]
    content = envelope.original_content or b""
    return "".join(f"{header}\r\n" for header in headers).encode() + content


def _keep(path: Path, message: bytes) -> None:
    unfinished = path.with_suffix(".tmp")
    with unfinished.open("wb") as file:
        file.write(message)
        file.flush()
        os.fsync(file.fileno())
    unfinished.replace(path)
    directory = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(directory)  # the name must survive a power cut as well as the content
    finally:
        os.close(directory)
