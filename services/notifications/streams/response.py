"""The answer that does not end: chunks as the reader takes them, with a bound on how long it may not."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import aclosing

from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from kit.ending import end

STALLED_SECONDS = 60.0


class EventStream(Response):
    """`text/event-stream` from an async generator. A reader that takes nothing for a minute is disconnected."""

    media_type = "text/event-stream"

    def __init__(self, chunks: Callable[[], AsyncIterator[bytes]]) -> None:
        super().__init__(headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"})
        del self.headers["content-length"]
        self._chunks = chunks

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        sending = asyncio.create_task(self._send(send), name="event-stream")
        leaving = asyncio.create_task(_left(receive), name="event-stream-reader")
        try:
            await asyncio.wait([sending, leaving], return_when=asyncio.FIRST_COMPLETED)
        finally:
            await end([sending, leaving])
        if not sending.cancelled() and (error := sending.exception()) is not None and not _is_away(error):
            raise error

    async def _send(self, send: Send) -> None:
        await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
        async with aclosing(self._chunks()) as chunks:  # type: ignore[type-var]
            async for chunk in chunks:
                async with asyncio.timeout(STALLED_SECONDS):
                    await send({"type": "http.response.body", "body": chunk, "more_body": True})
        await send({"type": "http.response.body", "body": b"", "more_body": False})


async def _left(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


def _is_away(error: BaseException) -> bool:
    return isinstance(error, OSError | TimeoutError)
