"""A call's id as the UUID that CommonGrants wants, and back, without a table of both.

A UUID of version 8 (RFC 9562) carries the call's ten bytes: six before its version, four at its end.
"""

from __future__ import annotations

from base64 import b32decode, b32encode
from uuid import UUID

_PREFIX = "call-"
_MARK = bytes.fromhex("8c1b8a2a4c7e")


def uuid_of(call_id: str) -> UUID:
    """Raises ValueError for what is no call's id."""
    digest = b32decode(call_id.removeprefix(_PREFIX).upper())
    if len(digest) != 10:
        raise ValueError(f"{call_id!r} is no id of a call")
    return UUID(bytes=digest[:6] + _MARK + digest[6:])


def call_id_of(uuid: UUID) -> str | None:
    """The call's id, or None for a UUID that was not made of one."""
    if uuid.bytes[6:12] != _MARK:
        return None
    return _PREFIX + b32encode(uuid.bytes[:6] + uuid.bytes[12:]).decode().lower()
