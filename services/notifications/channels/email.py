"""Hands one mail to an SMTP server and says what became of it (RFC 5321).

A mail is given over when the server answers 250 to its data. Before the data a kept connection that turns
out broken is renewed once; from the data on nothing is sent a second time in the same attempt.
"""

from __future__ import annotations

import asyncio
import socket
import ssl
from contextlib import suppress
from dataclasses import dataclass
from email.message import EmailMessage

from aiosmtplib import (
    SMTP,
    SMTPAuthenticationError,
    SMTPConnectResponseError,
    SMTPException,
    SMTPHeloError,
    SMTPRecipientRefused,
    SMTPResponseException,
    SMTPSenderRefused,
    SMTPServerDisconnected,
)

from services.notifications.channels.smtp_url import MailServer
from services.notifications.wording import one_line

_CLOSING = 421
_ABOUT_OURSELVES = (SMTPAuthenticationError, SMTPConnectResponseError, SMTPHeloError)
_LOGIN_CODES = frozenset({530, 534, 535, 538})
"""Answers about our own rights (RFC 4954) blame the settings; once these are mended the mail can go."""

_NO_MAILBOX = frozenset({550, 551, 553})
"""Answers to RCPT about the mailbox (RFC 5321, 4.2.2); 554 is the server's opinion of the mail or of us."""


@dataclass(frozen=True, slots=True)
class Accepted:
    """The server took responsibility for the mail."""

    message_id: str
    answer: str


@dataclass(frozen=True, slots=True)
class Refused:
    """The mail was not taken. `may_have_left`: the attempt broke off after the server may have taken it.

    `recipient`: it was refused for good because of whom it goes to. `ours`: nothing is wrong with the mail, only with
    the server, the way to it or our own settings, so that it is worth trying for as long as that lasts.
    """

    permanent: bool
    reason: str
    may_have_left: bool = False
    recipient: bool = False
    ours: bool = False


@dataclass(frozen=True, slots=True)
class _Letter:
    message_id: str
    sender: str
    recipient: str
    text: bytes


class EmailChannel:
    """One connection to one mail server, used by one mail at a time and kept open a few seconds for the next."""

    def __init__(
        self,
        smtp_url: str,
        *,
        timeout: float = 20.0,
        keep_open: float = 5.0,
        hello: str | None = None,
        tls_context: ssl.SSLContext | None = None,
    ) -> None:
        """`timeout` seconds for a whole attempt; `hello` is the name we greet with, by default the machine's."""
        self._server = MailServer.at(smtp_url)
        self._timeout = timeout
        self._keep_open = keep_open
        self._hello = hello or socket.gethostname()
        self._tls_context = tls_context
        self._smtp: SMTP | None = None
        self._recipient_named = False
        self._lock = asyncio.Lock()
        self._idle: asyncio.TimerHandle | None = None
        self._hanging_up: asyncio.Task[None] | None = None

    async def deliver(self, message: EmailMessage) -> Accepted | Refused:
        """Try once to hand over a mail with one recipient. `ValueError` when it names none, or several."""
        letter = _letter(message)
        async with self._lock:
            self._stop_waiting()
            try:
                return await self._attempt(letter)
            finally:
                self._hang_up_when_idle()

    async def close(self) -> None:
        """Say goodbye to the server. The channel may be used again."""
        async with self._lock:
            self._stop_waiting()
            smtp, self._smtp = self._smtp, None
            if smtp is not None and smtp.is_connected:
                with suppress(SMTPException, OSError):
                    await smtp.quit(timeout=1)
                smtp.close()

    async def _attempt(self, letter: _Letter) -> Accepted | Refused:
        data_begun = self._recipient_named = False
        try:
            async with asyncio.timeout(self._timeout):
                smtp = await self._ready_for_data(letter)
                data_begun = True
                answer = await smtp.data(letter.text)
        except (SMTPException, OSError) as error:
            self._drop()
            return _refusal(error, self._recipient_named, data_begun, self._timeout)
        except BaseException:
            # Half a conversation must not be continued by the next mail.
            self._drop()
            raise
        return Accepted(message_id=letter.message_id, answer=one_line(f"{answer.code} {answer.message}"))

    async def _ready_for_data(self, letter: _Letter) -> SMTP:
        """A connection on which the server has agreed to sender and recipient."""
        kept = self._smtp
        if kept is not None and kept.is_connected:
            try:
                await self._address(kept, letter)
                return kept
            except (SMTPServerDisconnected, SMTPSenderRefused, SMTPRecipientRefused) as error:
                if isinstance(error, SMTPResponseException) and error.code != _CLOSING:
                    raise
                self._drop()
        fresh = self._smtp = self._new_connection()
        await fresh.connect()
        await self._address(fresh, letter)
        return fresh

    async def _address(self, smtp: SMTP, letter: _Letter) -> None:
        await smtp.mail(letter.sender)
        self._recipient_named = True
        await smtp.rcpt(letter.recipient)

    def _new_connection(self) -> SMTP:
        return SMTP(
            hostname=self._server.host,
            port=self._server.port,
            username=self._server.user,
            password=self._server.password,
            use_tls=self._server.tls,
            start_tls=self._server.start_tls,
            tls_context=self._tls_context,
            local_hostname=self._hello,
            timeout=None,
        )

    def _drop(self) -> None:
        if self._smtp is not None:
            self._smtp.close()
        self._smtp = None

    def _stop_waiting(self) -> None:
        if self._idle is not None:
            self._idle.cancel()
        self._idle = None

    def _hang_up_when_idle(self) -> None:
        if self._smtp is not None:
            self._idle = asyncio.get_running_loop().call_later(self._keep_open, self._hang_up)

    def _hang_up(self) -> None:
        self._hanging_up = asyncio.ensure_future(self.close())


async def deliver(message: EmailMessage, smtp_url: str, timeout: float = 20.0) -> Accepted | Refused:  # noqa: ASYNC109
    """Hand over a single mail on a connection of its own, as a trial of the settings does."""
    channel = EmailChannel(smtp_url, timeout=timeout)
    try:
        return await channel.deliver(message)
    finally:
        await channel.close()


def _letter(message: EmailMessage) -> _Letter:
    senders, recipients = message["From"].addresses, message["To"].addresses
    if len(senders) != 1 or len(recipients) != 1:
        raise ValueError(
            f"To holds {len(recipients)} addresses and From {len(senders)}; "
            "write one mail per person, so that each refusal is one person's"
        )
    return _Letter(
        message_id=str(message["Message-ID"]),
        sender=senders[0].addr_spec,
        recipient=recipients[0].addr_spec,
        text=message.as_bytes(),
    )


def _refusal(error: SMTPException | OSError, recipient_named: bool, data_begun: bool, timeout: float) -> Refused:
    """What an attempt's failure means: 5xx on this mail is for good (RFC 5321, 4.2.1), all else is worth a retry."""
    if isinstance(error, SMTPResponseException) and 400 <= error.code <= 599:
        about_us = isinstance(error, _ABOUT_OURSELVES) or error.code in _LOGIN_CODES or error.code == _CLOSING
        return Refused(
            permanent=error.code >= 500 and not about_us,
            reason=one_line(f"{error.code} {error.message}"),
            recipient=isinstance(error, SMTPRecipientRefused) and error.code in _NO_MAILBOX,
            ours=about_us,
        )
    if isinstance(error, TimeoutError):
        reason = f"no answer within {timeout:g} s"
    else:
        reason = one_line(str(error)) or type(error).__name__
    return Refused(permanent=False, reason=reason, may_have_left=data_begun, ours=not recipient_named)
