"""Mail headers that must reach the reader's mail program as they were written.

Python's own folding loses blanks between words outside ASCII, and turns long links into encoded words.
"""

from __future__ import annotations

from email.header import Header
from email.headerregistry import (
    BaseHeader,
    HeaderRegistry,
    UniqueAddressHeader,
    UniqueUnstructuredHeader,
    UnstructuredHeader,
)
from email.policy import SMTP, Policy
from email.utils import formataddr


class Phrase(UniqueUnstructuredHeader, BaseHeader):  # type: ignore[misc]
    """Words for people, wholly encoded (RFC 2047) when one of them is outside ASCII."""

    def fold(self, *, policy: Policy) -> str:
        return f"{self.name}: {_encoded(self, self.name, policy)}{policy.linesep}"


class Mailboxes(UniqueAddressHeader, BaseHeader):  # type: ignore[misc]
    """Addresses with people's names, one to a line."""

    def fold(self, *, policy: Policy) -> str:
        boxes = (
            formataddr((box.display_name, box.addr_spec))
            if box.display_name.isascii()
            else f"{_encoded(box.display_name, self.name, policy)}{policy.linesep} <{box.addr_spec}>"
            for box in self.addresses
        )
        return f"{self.name}: " + f",{policy.linesep} ".join(boxes) + policy.linesep


class AngleLinks(UnstructuredHeader, BaseHeader):
    """A list of `<uri>` entries (RFC 2369), one to a line."""

    def fold(self, *, policy: Policy) -> str:
        return f"{self.name}: " + str(self).replace(", ", f",{policy.linesep} ") + policy.linesep


def mail_policy() -> Policy:
    """RFC 5322 with CRLF, and headers that stay whole."""
    registry = HeaderRegistry()
    for name, kind in (
        ("subject", Phrase),
        ("from", Mailboxes),
        ("to", Mailboxes),
        ("list-unsubscribe", AngleLinks),
    ):
        registry.map_to_type(name, kind)
    return SMTP.clone(header_factory=registry)


def _encoded(text: str, header_name: str, policy: Policy) -> str:
    charset = "us-ascii" if text.isascii() else "utf-8"
    return Header(text, charset, header_name=header_name, maxlinelen=76).encode(linesep=policy.linesep)
