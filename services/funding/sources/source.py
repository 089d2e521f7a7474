"""What every source of calls gives: bytes in, parsed calls and refused rows out; and how one is asked for them.

`read` is pure. `poll` says which documents to fetch, and gets them through `Web`, which alone knows the network.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol, runtime_checkable

from services.funding.sources.parsed_call import ParsedCall


class Malformed(ValueError):
    """A whole payload cannot be trusted: not one row of it is used."""

    def __init__(self, reason: str, mend: str) -> None:
        super().__init__(f"{reason}. {mend}")
        self.reason = reason
        self.mend = mend


class Unreachable(Exception):
    """An address gave no answer that can be used, however politely and often it was asked."""

    def __init__(self, reason: str, mend: str, *, status: int | None = None) -> None:
        super().__init__(f"{reason}. {mend}")
        self.reason = reason
        self.mend = mend
        self.status = status


@dataclass(frozen=True, slots=True)
class Mark:
    """What to remember of an address once its payload is taken: its validators, and what a listing said of it."""

    address: str
    etag: str | None = None
    modified: str | None = None
    said: str | None = None


@dataclass(frozen=True, slots=True)
class Payload:
    """One answer of a source as it came: where it was found and its untouched bytes."""

    url: str
    body: bytes
    mark: Mark | None = None


@dataclass(frozen=True, slots=True)
class Lost:
    """A page that could not be had: the run goes on without it, and concludes nothing from what is missing."""

    url: str
    reason: str


@dataclass(frozen=True, slots=True)
class Rejected:
    """One row that gave no call: which, why, in which field, and how to mend it."""

    row: str
    reason: str
    field: str | None
    mend: str


@dataclass(frozen=True, slots=True)
class Signal:
    """Something worth knowing that is no call, such as a procurement notice or a hint that a call was updated."""

    key: str
    title: str
    kind: str
    url: str | None = None
    at: datetime | None = None
    about: str | None = None
    text: str | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """Everything one portion gave. `seen == len(calls) + len(rejected) + len(signals) + merged`: no row is lost unsaid.

    `expected` is the source's own count of rows in the whole poll; a poll that saw fewer is incomplete, and
    nothing may be concluded from what is missing in it. `shape` counts in how many rows each column, key or
    selector of the source's own format was found: one that vanishes means that the source changed its form.
    """

    calls: list[ParsedCall] = field(default_factory=list)
    rejected: list[Rejected] = field(default_factory=list)
    signals: list[Signal] = field(default_factory=list)
    seen: int = 0
    merged: int = 0
    expected: int | None = None
    shape: Mapping[str, int] = field(default_factory=dict)

    @property
    def complete(self) -> bool:
        return self.expected is None or self.seen >= self.expected


class Source(Protocol):
    """A place calls are read from. `read` is pure; raises `Malformed` when a payload is not what it should be."""

    @property
    def name(self) -> str: ...

    @property
    def licence(self) -> str: ...

    @property
    def may_be_empty(self) -> bool: ...

    def read(self, payloads: Sequence[Payload]) -> Reading: ...


class Stream(Protocol):
    """A body too large to hold: its chunks, and the mark to put on the last payload made of it."""

    @property
    def mark(self) -> Mark: ...

    def __aiter__(self) -> AsyncIterator[bytes]: ...


class Web(Protocol):
    """How a source asks for documents: bounded in size and time, politely, as robots.txt allows.

    Every method raises `Unreachable`: after three tries, for an answer that is no success, or where robots.txt
    forbids the address. Addresses are whole; `params` are added to them.
    """

    async def get(self, url: str, params: Mapping[str, str] | None = None) -> Payload:
        """The document, whatever was read of it before."""
        ...

    async def get_changed(
        self, url: str, params: Mapping[str, str] | None = None, *, said: str | None = None, detail: bool = False
    ) -> Payload | None:
        """The document, or None when it is as it was when it was last taken in.

        The server says so (ETag, Last-Modified). With `said`, the words of the listing that leads to it, nobody
        is asked while those words stay the same. No run gets one document twice. `detail`: it only adds to a row
        that a listing gives, so that a run without it still gives every row.
        """
        ...

    async def post(
        self,
        url: str,
        params: Mapping[str, str] | None = None,
        *,
        json: object = None,
        parts: Mapping[str, object] | None = None,
        form: Mapping[str, str] | None = None,
    ) -> Payload:
        """The answer to a question: a JSON document, a multipart body of JSON parts, or a form."""
        ...

    async def stream_changed(self, url: str, *, max_bytes: int) -> Stream | None:
        """A large document chunk by chunk, or None when it is as it was when it was last taken in."""
        ...


Portion = Sequence[Payload]


@runtime_checkable
class Polled(Source, Protocol):
    """A source that is fetched from outside.

    `poll` yields portions: payloads that `read` takes together, such as a listing page with its detail pages.
    While one portion is stored the next is fetched, and no further, so that memory stays bounded. A page that is
    missing is yielded as `Lost`; an `Unreachable` that leaves `poll` ends the run. `address` is where the source
    stands; another copy of it (a mirror, a test's server) is `dataclasses.replace(source, address=...)`.
    """

    @property
    def address(self) -> str: ...

    @property
    def every(self) -> timedelta: ...

    def poll(self, web: Web) -> AsyncIterator[Portion | Lost]: ...
