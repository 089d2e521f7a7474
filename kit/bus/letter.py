"""What a dead letter says, and which of them somebody is asking for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from contracts.envelope import CONTENT_TYPE
from kit.bus.delivery import ORIGINAL_ID, ORIGINAL_SUBJECT

WAITING = "deadletters.waiting"
DROPPED = "deadletters.dropped"
LONGEST_VALUE = 3000
SHORTEST_REASON = 3  # letters of why one is given up


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """One event one handler could not handle. `attempts` and `first_at` count from the event's first life on.

    `body` is empty when the original is too large to be stored twice or gone; `dropped_*` only once given up.
    """

    sequence: int
    service: str
    handler: str
    code: str
    reason: str
    attempts: int
    first_at: datetime
    last_at: datetime
    subject: str
    stream: str
    stream_sequence: int
    body: bytes
    origin: str = ""
    content_type: str = CONTENT_TYPE
    dropped_by: str | None = None
    dropped_because: str | None = None

    @property
    def event(self) -> str:
        """What it was said to be: `funding.call.published.v1`; for a raw payload the subject it came on."""
        place, _, rest = self.subject.partition(".")
        return rest.partition(".")[2] if place == "cinnabar" else self.subject


@dataclass(frozen=True, slots=True)
class Which:
    """The dead letters that meet every filter that is given. `event` may leave its end out: `funding.call`."""

    handler: str | None = None
    service: str | None = None
    event: str | None = None
    code: str | None = None
    since: datetime | None = None
    dropped: bool = False

    @property
    def anything(self) -> bool:
        """Whether nothing was asked but whether they wait or were dropped."""
        return not (self.handler or self.service or self.event or self.code or self.since)

    @property
    def subject(self) -> str:
        """What the server can tell by itself."""
        state = DROPPED if self.dropped else WAITING
        return f"{state}.*.{_token(self.service)}.{_token(self.handler)}.>"

    def meets(self, letter: DeadLetter) -> bool:
        asked = (self.event or "").removeprefix("cinnabar.")
        return (
            (not asked or f"{letter.event}.".startswith(f"{asked}."))
            and (not self.code or letter.code == self.code)
            and (self.since is None or letter.last_at >= self.since)
        )


def letter_of(sequence: int, headers: Mapping[str, str], body: bytes) -> DeadLetter:
    """Read a stored letter; one that somebody else put there has gaps, and is shown with them."""
    stream, place = headers.get("Cinnabar-Stream", ""), headers.get("Cinnabar-Stream-Sequence", "0")
    return DeadLetter(
        sequence=sequence,
        service=headers.get("Cinnabar-Service", ""),
        handler=headers.get("Cinnabar-Handler", ""),
        code=headers.get("Cinnabar-Code", "unknown"),
        reason=text_of(headers.get("Cinnabar-Reason", "")),
        attempts=number(headers.get("Cinnabar-Attempts")),
        first_at=_moment(headers.get("Cinnabar-First-At")),
        last_at=_moment(headers.get("Cinnabar-Last-At")),
        subject=headers.get(ORIGINAL_SUBJECT, ""),
        stream=stream,
        stream_sequence=number(place),
        body=body,
        origin=headers.get(ORIGINAL_ID, f"{stream}:{place}"),
        content_type=headers.get("content-type", ""),
        dropped_by=text_of(headers.get("Cinnabar-Dropped-By", "")) or None,
        dropped_because=text_of(headers.get("Cinnabar-Dropped-Because", "")) or None,
    )


def number(text: str | None) -> int:
    return int(text) if text and text.isdigit() else 0


def header_text(text: str) -> str:
    """Text as a header value, which is one line of ASCII: escaped rather than lost, cut after 1,000 characters."""
    shown = "".join(c if c.isprintable() else f"\\x{ord(c):02x}" for c in " ".join(text.split()))[:1000]
    while len(escaped := shown.encode("unicode_escape").decode()) > LONGEST_VALUE:
        shown = shown[: len(shown) * LONGEST_VALUE // len(escaped)]
    return escaped


def text_of(value: str) -> str:
    """What `header_text` was given."""
    try:
        return value.encode("ascii").decode("unicode_escape")
    except UnicodeError:
        return value


def _moment(text: str | None) -> datetime:
    return datetime.fromisoformat(text) if text else datetime.fromtimestamp(0, UTC)


def _token(name: str | None) -> str:
    """A name as one part of a subject; what could not be one matches nothing instead of everything."""
    if not name:
        return "*"
    return name if not set(name) & set("*>. \t\r\n") else "-"
