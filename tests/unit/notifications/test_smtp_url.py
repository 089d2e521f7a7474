from __future__ import annotations

import pytest

from services.notifications.channels.smtp_url import MailServer


@pytest.mark.parametrize(
    ("url", "server"),
    [
        ("smtp://127.0.0.1:1025", MailServer("127.0.0.1", 1025)),
        ("smtp://mail", MailServer("mail", 25)),
        ("smtp://[::1]:25/", MailServer("::1", 25)),
        ("smtp+starttls://mail", MailServer("mail", 587, start_tls=True)),
        ("smtps://a%40b.si:p%2Fw@mail", MailServer("mail", 465, tls=True, user="a@b.si", password="p/w")),
    ],
)
def test_the_forms_of_a_mail_url(url, server):
    assert MailServer.at(url) == server


@pytest.mark.parametrize(
    "url",
    ["", "mail:25", "http://mail", "smtp://", "smtp://mail:port", "smtp://mail:99999", "smtp://mail/path", "smtp://[x"],
)
def test_anything_else_is_refused_with_the_forms_it_may_have(url):
    with pytest.raises(ValueError, match="CINNABAR_SMTP_URL must be smtp://"):
        MailServer.at(url)


@pytest.mark.parametrize("url", ["smtp://ana:secret@mail", "smtps://ana:secret@mail/path", "ftp://ana:secret@mail:x"])
def test_a_refusal_does_not_repeat_the_password(url):
    with pytest.raises(ValueError) as refusal:
        MailServer.at(url)
    assert "secret" not in str(refusal.value)


def test_a_password_is_not_shown_when_printed():
    assert "secret" not in repr(MailServer.at("smtps://ana:secret@mail"))
