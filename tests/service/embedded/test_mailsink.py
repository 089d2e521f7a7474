"""Every accepted mail becomes one file that reads back as it was sent."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import aiosmtplib
import pytest

from kit.embedded import list_mail, mailsink
from kit.embedded.mailsink import MailSink

TEXT = "Razpis je odprt: 85 % sofinanciranja.\n.\n..dve piki na začetku\nŽelimo vam srečo.\n"


@pytest.fixture
async def sink(tmp_path: Path) -> AsyncIterator[MailSink]:
    sink = MailSink(tmp_path / "mail")
    await sink.start()
    yield sink
    await sink.stop()


def letter(subject: str = "Nov razpis za Idrijo: šola", text: str = TEXT) -> EmailMessage:
    message = EmailMessage()
    message["From"] = "Cinnabar <alerts@idrija.example>"
    message["To"] = "Župan <mayor@idrija.example>, officer@idrija.example"
    message["Subject"] = subject
    message["Date"] = "Mon, 02 Mar 2026 09:30:00 +0100"
    message.set_content(text)
    message.add_alternative("<p>Razpis je <b>odprt</b></p>", subtype="html")
    return message


async def send(sink: MailSink, message: EmailMessage) -> None:
    port = int(sink.url.rpartition(":")[2])
    await aiosmtplib.send(message, hostname="127.0.0.1", port=port, start_tls=False)


async def test_a_mail_to_two_reads_back_as_it_was_sent(sink: MailSink) -> None:
    await send(sink, letter())
    (mail,) = list_mail(sink.directory)
    assert mail.subject == "Nov razpis za Idrijo: šola"
    assert mail.to == ("mayor@idrija.example", "officer@idrija.example")
    assert mail.text is not None
    assert mail.text.splitlines() == TEXT.splitlines()
    assert mail.html is not None
    assert mail.html.strip() == "<p>Razpis je <b>odprt</b></p>"
    assert mail.date is not None
    assert mail.date.isoformat() == "2026-03-02T09:30:00+01:00"


async def test_the_file_is_a_plain_message_with_its_envelope_on_top(sink: MailSink) -> None:
    await send(sink, letter())
    (file,) = sink.directory.iterdir()
    message = message_from_bytes(file.read_bytes(), policy=policy.default)
    assert file.suffix == ".eml"
    assert message["X-Envelope-From"] == "alerts@idrija.example"
    assert message.get_all("X-Envelope-To") == ["mayor@idrija.example", "officer@idrija.example"]
    assert message["Subject"] == "Nov razpis za Idrijo: šola"


async def test_dots_at_line_starts_survive_the_wire(sink: MailSink) -> None:
    plain = EmailMessage(policy=policy.SMTP)
    plain["From"], plain["To"], plain["Subject"] = "a@idrija.example", "b@idrija.example", "dots"
    plain.set_content(".\n..\n.leading\n", cte="7bit")
    await send(sink, plain)
    assert (list_mail(sink.directory)[0].text or "").split() == [".", "..", ".leading"]


async def test_many_at_once_are_all_kept_and_listed_newest_first(sink: MailSink) -> None:
    await asyncio.gather(*(send(sink, letter(f"mail {number}")) for number in range(20)))
    await send(sink, letter("the last"))
    mails = list_mail(sink.directory)
    assert {mail.subject for mail in mails[1:]} == {f"mail {number}" for number in range(20)}
    assert [mail.subject for mail in list_mail(sink.directory, limit=1)] == ["the last"]


async def test_a_mail_that_cannot_be_written_is_not_accepted(sink: MailSink, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_path: Path, _message: bytes) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(mailsink, "_keep", full)
    with pytest.raises(aiosmtplib.SMTPDataError, match="No space left") as refusal:
        await send(sink, letter())
    assert refusal.value.code == 452
    assert list_mail(sink.directory) == []


async def test_stopping_does_not_wait_for_a_silent_client(tmp_path: Path) -> None:
    sink = MailSink(tmp_path)
    await sink.start()
    reader, writer = await asyncio.open_connection("127.0.0.1", int(sink.url.rpartition(":")[2]))
    assert (await reader.readline()).startswith(b"220")
    await asyncio.wait_for(sink.stop(), 60)
    assert await reader.read() == b""
    writer.close()


def test_strange_files_do_not_break_the_list(tmp_path: Path) -> None:
    (tmp_path / "2.eml").write_bytes(
        b"X-Envelope-To: a@b\r\nSubject: =?x-klingon?q?=FF?=\r\nDate: never\r\n"
        b"Content-Type: text/plain; charset=x-klingon\r\n\r\nhello \xff\r\n"
    )
    (tmp_path / "1.eml").write_bytes(b"")
    strange, empty = list_mail(tmp_path)
    assert strange.text is not None
    assert "hello" in strange.text
    assert strange.date is None
    assert (empty.subject, empty.to, empty.html) == ("", (), None)
    assert list_mail(tmp_path / "nowhere") == []
