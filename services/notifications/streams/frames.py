"""Server-Sent Events (HTML Standard, 9.2) as bytes: an event, a beat, and the end of a stream."""

from __future__ import annotations

import json

RETRY_MILLISECONDS = 2000
WAITING = b": waiting for a turn to read what you missed\n\n"


def opening(words: str) -> bytes:
    """The first bytes: how long to wait before coming back, and what is not in the stream."""
    return f"retry: {RETRY_MILLISECONDS}\n: {words}\n\n".encode()


def event(place: str, name: str, body: bytes) -> bytes:
    """One event: its place as the id, its type as the name, the CloudEvents document as the data."""
    lines = body if b"\n" not in body and b"\r" not in body else b"\ndata: ".join(body.splitlines())
    return b"id: %b\nevent: %b\ndata: %b\n\n" % (place.encode(), name.encode(), lines)


def beat(place: str) -> bytes:
    """A sign of life. The id moves a reader on that much of what came was not for."""
    return b": beat\nid: %b\n\n" % place.encode()


def end(reason: str, detail: str) -> bytes:
    """The last event of a stream that is closed: `too-slow` or `stopping`. Coming back goes on where one was."""
    return b"event: end\ndata: %b\n\n" % json.dumps({"reason": reason, "detail": detail}).encode()
