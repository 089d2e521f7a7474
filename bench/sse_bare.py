"""The least a process can do for many readers of one stream: keep their sockets, write the same bytes to each.

A process of its own: `python -m bench.sse_bare` prints its port; each line of hexadecimal that it
reads is written to all.
"""

from __future__ import annotations

import asyncio
import sys
from typing import Any

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n"


class Reader(asyncio.Protocol):
    """One connection; whatever it asks, it gets the stream."""

    all: set[Any] = set()

    def connection_made(self, transport: Any) -> None:
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        if self._transport not in self.all:
            self._transport.write(HEAD + chunk(b": here\n\n"))
            self.all.add(self._transport)

    def connection_lost(self, error: Exception | None) -> None:
        self.all.discard(self._transport)


def chunk(body: bytes) -> bytes:
    return b"%x\r\n%b\r\n" % (len(body), body)


async def main() -> None:
    loop = asyncio.get_running_loop()
    server = await loop.create_server(Reader, "127.0.0.1", 0, backlog=4096)
    print(server.sockets[0].getsockname()[1], flush=True)
    lines = asyncio.StreamReader(limit=2**24)
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(lines), sys.stdin)
    while line := await lines.readline():
        frame = chunk(bytes.fromhex(line.decode()))
        for transport in Reader.all:
            transport.write(frame)


if __name__ == "__main__":
    import uvloop

    uvloop.run(main())
