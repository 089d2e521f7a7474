"""Reading a body within bounds: the bytes on the wire and the bytes they unpack to are counted as they come."""

from __future__ import annotations

import zlib
from collections.abc import AsyncIterator

import httpx

from services.funding.sources.source import Unreachable

STEP = 256 * 1024
ENCODINGS = "gzip, deflate"


async def unpacked(response: httpx.Response, max_bytes: int) -> AsyncIterator[bytes]:
    """The body's chunks, each of at most 256 kB. Raises Unreachable as soon as it is larger than `max_bytes`.

    Unpacked here and not by the client, which would unpack a whole bomb before anybody could count it.
    """
    url = place_of(str(response.url))
    announced = response.headers.get("content-length", "")
    if announced.isdigit() and int(announced) > max_bytes:
        raise too_large(url, max_bytes)
    encoding = response.headers.get("content-encoding", "identity").strip().casefold()
    if encoding not in ("identity", "gzip", "x-gzip", "deflate"):
        raise Unreachable(f"{url} is packed as {encoding}", f"It was asked for {ENCODINGS}; tell the site's keeper")
    unpacker = None if encoding == "identity" else zlib.decompressobj(zlib.MAX_WBITS | 32)
    total = 0
    try:
        async for raw in response.aiter_raw(STEP):
            pending = raw
            while pending:
                chunk = pending if unpacker is None else unpacker.decompress(pending, STEP)
                pending = b"" if unpacker is None else unpacker.unconsumed_tail
                total += len(chunk)
                if total > max_bytes:
                    raise too_large(url, max_bytes)
                if chunk:
                    yield chunk
                elif unpacker is not None and not unpacker.unconsumed_tail:
                    break
    except zlib.error as error:
        raise Unreachable(f"{url} cannot be unpacked: {error}", "Try again later; the answer is damaged") from None
    if unpacker is not None and not unpacker.eof:
        raise Unreachable(f"{url} ends in the middle of its packed body", "Try again later; the answer was cut off")


def place_of(url: str) -> str:
    """An address as reasons name it: without its query, which may be long or hold a key."""
    return url.partition("?")[0]


def too_large(url: str, max_bytes: int) -> Unreachable:
    return Unreachable(
        f"{url} is larger than the {max_bytes // 1_000_000} MB taken from one address",
        "See whether the address gives the expected document, or ask for smaller pages",
    )
