"""A delivery report as mail servers send it: which mail came back, from where, and why (RFC 3464, RFC 6522).

A report is foreign text that anybody may have written; it counts only for a mail that was really sent, which its
Message-ID tells.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from email import policy
from email.message import EmailMessage, Message
from email.parser import BytesParser
from typing import Literal

from services.notifications.wording import one_line

Severity = Literal["hard", "soft"]

_STATUS = re.compile(r"([245])\.(\d{1,3})\.(\d{1,3})")
# The mailbox itself is at fault (RFC 3463): there is none, it is closed, its address or domain is wrong.
_HARD = re.compile(r"5\.(1\.[0-9]+|2\.1|4\.4)$")
_ID = re.compile(r"<([^<>@\s]{1,200})@[^<>\s]{1,255}>")
_PARSER = BytesParser(policy=policy.default)


class NoReport(ValueError):
    """The text is no delivery report; `mend` says what to send."""

    mend = "send the report as it came: a message/rfc822 or multipart/report with a message/delivery-status part"


@dataclass(frozen=True, slots=True)
class Returned:
    """One mail that did not reach one mailbox. `message_id` is without angle brackets, None when it is not told."""

    message_id: str | None
    recipient: str
    severity: Severity
    reason: str


def read_report(raw: bytes) -> list[Returned]:
    """What came back. A report of delay, relay or delivery tells of nothing. Raises NoReport."""
    try:
        message = _PARSER.parsebytes(raw)
        parts = list(message.walk())
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError) as error:
        raise NoReport(f"the mail cannot be read: {one_line(str(error))}") from None
    status = next((part for part in parts if part.get_content_type() == "message/delivery-status"), None)
    if status is None:
        raise NoReport("the mail holds no delivery status; an answer by a person or a machine is no report")
    sent = _message_id(parts)
    return [each for block in _recipients(status) if (each := _returned(block, sent)) is not None]


def _recipients(status: EmailMessage) -> Iterator[Message]:
    """The blocks of a report that are about one recipient each."""
    blocks = status.get_payload()
    if isinstance(blocks, list):
        yield from (block for block in blocks if isinstance(block, Message) and _field(block, "Final-Recipient"))


def _returned(block: Message, message_id: str | None) -> Returned | None:
    if _field(block, "Action").lower() != "failed":
        return None
    status = _STATUS.search(_field(block, "Status"))
    code = status.group(0) if status else ""
    said = _field(block, "Diagnostic-Code").partition(";")[2].strip() or code or "no reason given"
    return Returned(
        message_id=message_id,
        recipient=_field(block, "Final-Recipient").partition(";")[2].strip(),
        severity="hard" if _HARD.fullmatch(code) else "soft",
        reason=one_line(said),
    )


def _message_id(parts: list[EmailMessage]) -> str | None:
    """The id of the mail that came back, from the copy of its headers."""
    for part in parts:
        if part.get_content_type() in {"message/rfc822", "message/global", "text/rfc822-headers"}:
            found = _ID.search(_id_in(part))
            if found:
                return found.group(0)[1:-1]
    return None


def _id_in(part: EmailMessage) -> str:
    inner = part.get_payload()
    if isinstance(inner, list) and inner and isinstance(inner[0], Message):
        return _field(inner[0], "Message-ID")
    text = part.get_payload(decode=True)
    raw = text if isinstance(text, bytes) else str(inner).encode()
    return _field(_PARSER.parsebytes(raw, headersonly=True), "Message-ID")


def _field(message: Message, name: str) -> str:
    """A header as text; an unreadable one is as none."""
    try:
        return one_line(str(message.get(name, "")))
    except (ValueError, LookupError, TypeError, AttributeError, IndexError):
        return ""
