"""Ids that are the same however often the same thing is read."""

from __future__ import annotations

import hashlib
from base64 import b32encode


def call_id(source: str, key: str) -> str:
    """The id of a call: from its source and the source's own lasting identifier, blind to case and spaces."""
    return "call-" + _digest(source, "".join(key.split()).casefold())


def row_id(polled: str, source: str, key: str) -> str:
    """The id of what one polled source says of a call; `source` and `key` are those the call is named by."""
    return "row-" + _digest(polled, source, "".join(key.split()).casefold())


def match_id(call: str, activity: str) -> str:
    """The id of the fit between one call and one activity."""
    return "match-" + _digest(call, activity)


def join_id(one: str, other: str) -> str:
    """The id of two calls that may be one, whichever is named first."""
    return "join-" + _digest(*sorted((one, other)))


def application_id(call: str, number: int) -> str:
    """The id of the first, second, ... application to one call: opened twice at once, it is there once."""
    return "application-" + _digest(call, str(number))


def _digest(*parts: str) -> str:
    joined = "\x1f".join(parts).encode()
    return b32encode(hashlib.sha256(joined).digest()[:10]).decode().lower()
