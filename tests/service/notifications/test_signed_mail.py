"""What a mail server needs to sign our mail (DKIM, RFC 6376): what left is what arrives."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import dkim
import pytest
from aiosmtplib import send
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from contracts.examples import EXAMPLES
from contracts.funding import CallMatchedV1
from services.notifications.alerts import Alert
from services.notifications.channels.email import Accepted, EmailChannel
from services.notifications.judging import judge
from services.notifications.mail import Links, compose
from services.notifications.people.person import Person
from services.notifications.subscriptions import Subscription
from tests.service.notifications.test_email_channel import MailSink, serve

NOW = datetime(2026, 11, 16, 8, 0, tzinfo=UTC)
# RFC 8058, section 4: both headers must be covered by the signature.
SIGNED = [b"from", b"to", b"subject", b"date", b"message-id", b"list-unsubscribe", b"list-unsubscribe-post"]
TITLE = "Javni razpis za čisto dolg naslov, ki se prelomi: šola, žaga, ćevapčiči <b>in oznake</b> " * 12


@pytest.fixture
async def sink() -> AsyncIterator[MailSink]:
    async for running in serve(MailSink()):
        yield running


async def test_our_mail_can_be_signed_and_verified_after_the_way(sink: MailSink) -> None:
    example = EXAMPLES["cinnabar.funding.call.matched.v1"]
    assert isinstance(example, CallMatchedV1)
    call = example.call.model_copy(update={"title": TITLE, "summary": "Povzetek. " * 400})
    ana = Person(id="ana", name="Ana Žnidaršič", address="ana@obcina.example")
    wanted = Subscription(id="all", person="ana")
    alert = judge(wanted, ana, example.model_copy(update={"call": call}), None, NOW)
    assert isinstance(alert, Alert)
    site = "https://cinnabar.example/inbox"
    links = Links(
        about="https://cinnabar.example/funding/calls/1",
        alert=f"{site}/1",
        preferences=f"{site}/preferences",
        unsubscribe=f"{site}/unsubscribe/" + "t" * 120,
        unsubscribe_mail="mailto:odjava@obcina.example?subject=" + "t" * 120,
    )
    message = compose(
        alert, ana, subscription=wanted, links=links, sender="Občina <obvestila@obcina.example>",
        municipality="Občina Idrija", now=NOW,
    )  # fmt: skip
    channel = EmailChannel(sink.url)
    assert isinstance(await channel.deliver(message), Accepted)
    await channel.close()
    (arrived,) = sink.received
    assert arrived == message.as_bytes(), "not a byte is changed on the way"
    assert max(len(line) for line in arrived.split(b"\r\n")) <= 998
    assert b"\n" not in arrived.replace(b"\r\n", b"")

    key = rsa.generate_private_key(65537, 2048)
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.TraditionalOpenSSL, serialization.NoEncryption()
    )
    public = key.public_key().public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    record = b"v=DKIM1; k=rsa; p=" + b64encode(public)
    there: Any = {"hostname": "127.0.0.1", "port": int(sink.url.rpartition(":")[2]), "start_tls": False}
    for strictness in ((b"simple", b"simple"), (b"relaxed", b"relaxed")):
        signature = dkim.sign(
            arrived, b"cinnabar", b"obcina.example", private, canonicalize=strictness, include_headers=SIGNED
        )
        # The second hop, as the server that signed hands it on.
        await send(signature + arrived, sender="obvestila@obcina.example", recipients=["ana@obcina.example"], **there)
        received = sink.received[-1]
        assert dkim.verify(received, dnsfunc=lambda *_, **__: record), strictness
        forged = received.replace(b"/unsubscribe/t", b"/unsubscribe/u", 1)
        assert not dkim.verify(forged, dnsfunc=lambda *_, **__: record), "the way out cannot be changed unnoticed"
