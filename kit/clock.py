"""The time, and ids that carry it."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from time import time_ns
from uuid import UUID


def now() -> datetime:
    """The present in UTC, to the millisecond, which is what MongoDB keeps."""
    present = datetime.now(UTC)
    return present.replace(microsecond=present.microsecond // 1000 * 1000)


def uuid7() -> str:
    """A UUIDv7 (RFC 9562, section 5.7): 48 bits of Unix milliseconds, then random bits."""
    value = (time_ns() // 1_000_000) << 80 | int.from_bytes(os.urandom(10), "big")
    value = value & ~(0xF << 76) | 0x7 << 76
    value = value & ~(0x3 << 62) | 0x2 << 62
    return str(UUID(int=value))


def moment_of(uuid: str) -> datetime | None:
    """When a UUIDv7 was made; None for any other id."""
    try:
        value = UUID(uuid)
    except ValueError:
        return None
    return datetime.fromtimestamp((value.int >> 80) / 1000, UTC) if value.version == 7 else None
