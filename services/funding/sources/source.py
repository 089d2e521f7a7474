"""What every source of calls gives: bytes in, parsed calls and refused rows out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

from services.funding.sources.parsed_call import ParsedCall


class Malformed(ValueError):
    """A whole payload cannot be trusted: not one row of it is used."""

    def __init__(self, reason: str, mend: str) -> None:
        super().__init__(f"{reason}. {mend}")
        self.reason = reason
        self.mend = mend


@dataclass(frozen=True, slots=True)
class Payload:
    """One answer of a source as it came: where it was found and its untouched bytes."""

    url: str
    body: bytes


@dataclass(frozen=True, slots=True)
class Rejected:
    """One row that gave no call: which, why, in which field, and how to mend it."""

    row: str
    reason: str
    field: str | None
    mend: str


@dataclass(frozen=True, slots=True)
class Reading:
    """Everything one poll gave. `seen == len(calls) + len(rejected) + merged`: no row is lost unsaid.

    `expected` is the source's own count of rows; a reading that saw fewer is incomplete, and
    nothing may be concluded from what is missing in it.
    """

    calls: list[ParsedCall] = field(default_factory=list)
    rejected: list[Rejected] = field(default_factory=list)
    seen: int = 0
    merged: int = 0
    expected: int | None = None

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
