"""Read back what the mail sink kept, for a page that shows it and for tests."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Mail:
    """One kept message. `to` are the envelope's recipients; `text` and `html` are None where the mail has none."""

    file: str
    subject: str
    to: tuple[str, ...]
    date: datetime | None
    text: str | None
    html: str | None


def list_mail(directory: Path, *, limit: int | None = None) -> list[Mail]:
    """The kept messages, newest first; an empty list where there is no such directory yet."""
    files = sorted(directory.glob("*.eml"), reverse=True)
    return [read_mail(file) for file in files[:limit]]


def read_mail(file: Path) -> Mail:
    """One kept message. A part in an unknown charset is shown with replacement characters."""
    message = message_from_bytes(file.read_bytes(), policy=policy.default)
    return Mail(
        file=file.name,
        subject=str(message.get("Subject", "")),
        to=tuple(str(recipient) for recipient in message.get_all("X-Envelope-To", [])),
        date=_date(message),
        text=_body(message, "plain"),
        html=_body(message, "html"),
    )


def _date(message: EmailMessage) -> datetime | None:
    try:
        return getattr(message["Date"], "datetime", None)
    except (ValueError, TypeError):  # a header no parser can read
        return None


def _body(message: EmailMessage, kind: str) -> str | None:
    part = message.get_body(preferencelist=(kind,))
    if part is None:
        return None
    try:
        return str(part.get_content())
    except (LookupError, UnicodeError):
        payload = part.get_payload(decode=True)
        return payload.decode("utf-8", "replace") if isinstance(payload, bytes) else str(payload)
