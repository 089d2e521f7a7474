"""The e-mail channel against a real SMTP server that answers, refuses and hangs up as it is told."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from ipaddress import ip_address

import pytest
from aiosmtpd import smtp
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from services.notifications.channels.email import Accepted, EmailChannel, Refused, deliver

HANG_UP = "hang up"
SILENT = "silent"


class MailSink:
    """A mail server's conduct: `answers` holds, per step, what to say instead of agreeing, in turn."""

    def __init__(self) -> None:
        self.answers: dict[str, list[str]] = {}
        self.received: list[bytes] = []
        self.recipients: list[str] = []
        self.connections = 0
        self.protocols: list[smtp.SMTP] = []
        self.url = ""

    async def _answer(self, step: str, server: smtp.SMTP, otherwise: str) -> str:
        told = self.answers.get(step) or [otherwise]
        answer = told.pop(0)
        if answer == HANG_UP:
            server.transport.abort()
            # aiosmtpd cancels this handler once the connection is seen to be lost.
            await asyncio.Event().wait()
        if answer == SILENT:
            await asyncio.Event().wait()
        return answer

    async def handle_MAIL(self, server, session, envelope, address, options):  # noqa: N802
        answer = await self._answer("MAIL", server, "250 OK")
        if answer.startswith("250"):
            envelope.mail_from = address
        return answer

    async def handle_RCPT(self, server, session, envelope, address, options):  # noqa: N802
        answer = await self._answer("RCPT", server, "250 OK")
        if answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, server, session, envelope):  # noqa: N802
        self.received.append(envelope.content)
        self.recipients += envelope.rcpt_tos
        return await self._answer("DATA", server, "250 Queued as 42")

    def hang_up(self) -> None:
        for protocol in self.protocols:
            if protocol.transport is not None:
                protocol.transport.close()


async def serve(sink: MailSink, scheme: str = "smtp", tls=None, **options) -> AsyncIterator[MailSink]:
    def connected() -> smtp.SMTP:
        sink.connections += 1
        sink.protocols.append(smtp.SMTP(sink, hostname="sink.example", loop=asyncio.get_running_loop(), **options))
        return sink.protocols[-1]

    server = await asyncio.get_running_loop().create_server(connected, "127.0.0.1", 0, ssl=tls)
    sink.url = f"{scheme}://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    try:
        yield sink
    finally:
        server.close()
        sink.hang_up()


@pytest.fixture
async def sink() -> AsyncIterator[MailSink]:
    async for running in serve(MailSink()):
        yield running


@pytest.fixture
async def channel(sink) -> AsyncIterator[EmailChannel]:
    channel = EmailChannel(sink.url, timeout=10)
    yield channel
    await channel.close()


@pytest.fixture
def message() -> EmailMessage:
    message = EmailMessage()
    message["Message-ID"] = "<alert-1@obcina.example>"
    message["From"] = "Občina <obvestila@obcina.example>"
    message["To"] = "Mateja <mateja@obcina.example>"
    message["Subject"] = "Razpis"
    message.set_content("Razpis za vas.\n.\nKonec.\n", cte="quoted-printable")
    return message


async def test_an_accepted_mail_arrives_whole_and_once(sink, channel, message):
    outcome = await channel.deliver(message)
    assert outcome == Accepted(message_id="<alert-1@obcina.example>", answer="250 Queued as 42")
    [received] = sink.received
    assert b"Razpis za vas.\r\n.\r\nKonec." in received
    assert sink.recipients == ["mateja@obcina.example"]


@pytest.mark.parametrize("step", ["MAIL", "RCPT", "DATA"])
@pytest.mark.parametrize(
    ("answer", "permanent"),
    [
        ("450 4.2.0 Greylisted, come back later", False),
        ("452 4.2.2 Mailbox full", False),
        ("550 5.1.1 No such user", True),
        ("554 5.7.1 Spam", True),
        ("530 5.7.0 Authentication required", False),
    ],
)
async def test_a_refusal_is_told_with_the_servers_words(sink, channel, message, step, answer, permanent):
    sink.answers = {step: [answer]}
    of_the_mailbox = step == "RCPT" and answer.startswith("550")
    assert await channel.deliver(message) == Refused(
        permanent=permanent, reason=answer, recipient=of_the_mailbox, ours=answer.startswith("530")
    )


async def test_after_a_refusal_the_next_mail_goes_through(sink, channel, message):
    sink.answers = {"RCPT": ["550 No such user"]}
    assert isinstance(await channel.deliver(message), Refused)
    assert isinstance(await channel.deliver(message), Accepted)
    assert len(sink.received) == 1


async def test_the_next_mail_uses_the_same_connection(sink, channel, message):
    for _ in range(3):
        assert isinstance(await channel.deliver(message), Accepted)
    assert (sink.connections, len(sink.received)) == (1, 3)


async def test_mails_at_the_same_time_do_not_mix(sink, channel, message):
    outcomes = await asyncio.gather(*(channel.deliver(message) for _ in range(5)))
    assert [type(outcome) for outcome in outcomes] == [Accepted] * 5
    assert (sink.connections, len(sink.received)) == (1, 5)


async def test_an_idle_connection_is_given_back(sink, message):
    channel = EmailChannel(sink.url, keep_open=0)
    await channel.deliver(message)
    async with asyncio.timeout(10):
        while sink.protocols[0].transport is not None:
            await asyncio.sleep(0.01)
    assert isinstance(await channel.deliver(message), Accepted)
    assert sink.connections == 2
    await channel.close()


async def test_a_kept_connection_that_the_server_closed_is_renewed(sink, channel, message):
    await channel.deliver(message)
    sink.hang_up()
    assert isinstance(await channel.deliver(message), Accepted)
    assert (sink.connections, len(sink.received)) == (2, 2)


@pytest.mark.parametrize("farewell", [HANG_UP, "421 Closing, idle too long"])
@pytest.mark.parametrize("step", ["MAIL", "RCPT"])
async def test_a_kept_connection_that_breaks_before_the_data_is_renewed_once(sink, channel, message, step, farewell):
    await channel.deliver(message)
    sink.answers = {step: [farewell]}
    assert isinstance(await channel.deliver(message), Accepted)
    assert (sink.connections, len(sink.received)) == (2, 2)


@pytest.mark.parametrize("step", ["MAIL", "RCPT"])
async def test_a_new_connection_that_breaks_is_not_tried_again_at_once(sink, channel, message, step):
    sink.answers = {step: [HANG_UP]}
    outcome = await channel.deliver(message)
    assert isinstance(outcome, Refused)
    assert (outcome.permanent, outcome.may_have_left, sink.connections) == (False, False, 1)


@pytest.mark.parametrize("kept", [False, True])
async def test_a_connection_lost_after_the_data_is_never_followed_by_a_second_copy(sink, channel, message, kept):
    if kept:
        await channel.deliver(message)
    before = len(sink.received)
    sink.answers = {"DATA": [HANG_UP]}
    outcome = await channel.deliver(message)
    assert isinstance(outcome, Refused)
    assert (outcome.permanent, outcome.may_have_left) == (False, True)
    assert len(sink.received) == before + 1


@pytest.mark.parametrize(("step", "may_have_left"), [("MAIL", False), ("RCPT", False), ("DATA", True)])
async def test_a_server_that_says_nothing_is_given_up(sink, message, step, may_have_left):
    sink.answers = {step: [SILENT]}
    channel = EmailChannel(sink.url, timeout=0.5)
    outcome = await channel.deliver(message)
    assert outcome == Refused(
        permanent=False, reason="no answer within 0.5 s", may_have_left=may_have_left, ours=step == "MAIL"
    )
    await channel.close()


async def test_a_cancelled_attempt_leaves_nothing_half_said_to_the_next(sink, channel, message):
    sink.answers = {"RCPT": [SILENT]}
    attempt = asyncio.create_task(channel.deliver(message))
    async with asyncio.timeout(10):
        while not sink.connections or sink.answers["RCPT"]:
            await asyncio.sleep(0.01)
    attempt.cancel()
    with pytest.raises(asyncio.CancelledError):
        await attempt
    assert isinstance(await channel.deliver(message), Accepted)


async def test_nobody_listening_is_worth_another_try(message):
    server = await asyncio.get_running_loop().create_server(asyncio.Protocol, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    server.close()
    await server.wait_closed()
    outcome = await deliver(message, f"smtp://127.0.0.1:{port}", timeout=5)
    assert isinstance(outcome, Refused)
    assert (outcome.permanent, outcome.may_have_left, outcome.ours) == (False, False, True)
    assert str(port) in outcome.reason


async def test_a_server_that_greets_with_a_refusal_is_worth_another_try(message):
    async def greet(reader, writer):
        writer.write(b"554 No service here\r\n")
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(greet, "127.0.0.1", 0)
    async with server:
        outcome = await deliver(message, f"smtp://127.0.0.1:{server.sockets[0].getsockname()[1]}")
    assert outcome == Refused(permanent=False, reason="554 No service here", ours=True)


async def test_an_answer_in_broken_bytes_is_still_a_storable_reason(message):
    async def greet(reader, writer):
        writer.write(b"554 ni mogo\xe8e\r\n")
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(greet, "127.0.0.1", 0)
    async with server:
        outcome = await deliver(message, f"smtp://127.0.0.1:{server.sockets[0].getsockname()[1]}")
    assert isinstance(outcome, Refused)
    assert outcome.reason.encode("utf-8").startswith(b"554 ni mogo")


@pytest.mark.parametrize("to", ["a@obcina.example, b@obcina.example", ""])
async def test_a_mail_to_other_than_one_person_is_refused_by_name(channel, message, to):
    message.replace_header("To", to)
    with pytest.raises(ValueError, match="To holds"):
        await channel.deliver(message)


@pytest.fixture(scope="session")
def certificate(tmp_path_factory) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """A server's and a client's view of a certificate for 127.0.0.1, made for this run."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "sink.example")])
    made = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(made - timedelta(days=1))
        .not_valid_after(made + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem = tmp_path_factory.mktemp("tls") / "sink.pem"
    certificate_pem = certificate.public_bytes(serialization.Encoding.PEM)
    pem.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        + certificate_pem
    )
    server = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    server.load_cert_chain(pem)
    return server, ssl.create_default_context(cadata=certificate_pem.decode())


@pytest.fixture
async def tls_sink(certificate) -> AsyncIterator[MailSink]:
    async for running in serve(MailSink(), "smtp+starttls", tls_context=certificate[0], require_starttls=True):
        yield running


async def test_starttls(tls_sink, certificate, message):
    channel = EmailChannel(tls_sink.url, tls_context=certificate[1])
    assert isinstance(await channel.deliver(message), Accepted)
    assert tls_sink.protocols[0].session.ssl is not None
    await channel.close()


async def test_tls_from_the_start_and_only_with_a_certificate_we_trust(certificate, message):
    async for sink in serve(MailSink(), "smtps", tls=certificate[0]):
        channel = EmailChannel(sink.url, tls_context=certificate[1])
        assert isinstance(await channel.deliver(message), Accepted)
        await channel.close()
        outcome = await deliver(message, sink.url)
        assert isinstance(outcome, Refused)
        assert (outcome.permanent, outcome.may_have_left, len(sink.received)) == (False, False, 1)


async def test_a_server_we_cannot_trust_gets_no_mail(tls_sink, message):
    outcome = await deliver(message, tls_sink.url)
    assert isinstance(outcome, Refused)
    assert (outcome.permanent, outcome.may_have_left, tls_sink.received) == (False, False, [])


async def test_a_server_without_starttls_gets_no_mail_in_the_clear(sink, message):
    outcome = await deliver(message, sink.url.replace("smtp://", "smtp+starttls://"))
    assert isinstance(outcome, Refused)
    assert "STARTTLS" in outcome.reason
    assert sink.received == []
