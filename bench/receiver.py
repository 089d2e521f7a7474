"""A receiver of webhooks, in a process of its own: `python -m bench.receiver` prints its port.

It answers 204 to everything at once; below `/hangs` it answers nothing at all.
"""

from __future__ import annotations

import asyncio
from typing import Any

ANSWER = b"HTTP/1.1 204 No Content\r\n\r\n"


class Connection(asyncio.Protocol):
    """One after the other, as a client without pipelining asks."""

    def connection_made(self, transport: Any) -> None:
        self._transport = transport
        self._got = b""

    def data_received(self, data: bytes) -> None:
        self._got += data
        head, end, body = self._got.partition(b"\r\n\r\n")
        length = int(head.lower().partition(b"content-length:")[2].partition(b"\r\n")[0] or 0)
        if end and len(body) >= length:
            self._got = b""
            if not head.startswith(b"POST /hangs"):
                self._transport.write(ANSWER)


async def main() -> None:
    server = await asyncio.get_running_loop().create_server(Connection, "127.0.0.1", 0, backlog=4096)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    import uvloop

    uvloop.run(main())
