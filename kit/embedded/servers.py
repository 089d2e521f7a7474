"""The servers of the embedded mode, started and stopped together."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Coroutine, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from kit.embedded.datadir import claimed
from kit.embedded.errors import EmbeddedError
from kit.embedded.mailsink import MailSink
from kit.embedded.mongo import MongoServer
from kit.embedded.nats import NatsServer

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Embedded:
    """Where the servers are. `nats`, `mongo` and `mail` are None where the server is not ours."""

    data_dir: Path
    nats_url: str
    mongo_url: str
    smtp_url: str | None
    nats: NatsServer | None
    mongo: MongoServer | None
    mail: MailSink | None

    @property
    def mail_dir(self) -> Path:
        return self.data_dir / "mail"

    async def died(self) -> EmbeddedError:
        """Wait until one of our servers ends by itself and give the reason; waits for ever if there is none."""
        watches = [asyncio.create_task(server.process.died()) for server in (self.nats, self.mongo) if server]
        try:
            if not watches:
                await asyncio.Event().wait()
            done, _ = await asyncio.wait(watches, return_when=asyncio.FIRST_COMPLETED)
            return done.pop().result()
        finally:
            for watch in watches:
                watch.cancel()


@asynccontextmanager
async def embedded_servers(
    data_dir: Path | str,
    *,
    nats_url: str | None = None,
    mongo_url: str | None = None,
    mail: bool = True,
    nats_port: int = 0,
    mongo_port: int = 0,
    smtp_port: int = 0,
    sync_always: bool = False,
) -> AsyncIterator[Embedded]:
    """nats-server, mongod and a mail sink on loopback, with their state in `data_dir`; stopped at the end.

    An address that is given is passed on and its server is not started. Port 0 means a free one.
    Raises EmbeddedError: no server for this platform, the data directory in use, a server that does not start.
    """
    with claimed(Path(data_dir)) as directory:
        nats = None if nats_url else NatsServer(directory, port=nats_port, sync_always=sync_always)
        mongo = None if mongo_url else MongoServer(directory, port=mongo_port)
        sink = MailSink(directory / "mail", port=smtp_port) if mail else None
        ours = [server for server in (nats, mongo, sink) if server is not None]
        try:
            await _start_all(ours)
            yield Embedded(
                data_dir=directory,
                nats_url=nats_url or (nats.url if nats else ""),
                mongo_url=mongo_url or (mongo.url if mongo else ""),
                smtp_url=sink.url if sink else None,
                nats=nats,
                mongo=mongo,
                mail=sink,
            )
        finally:
            await asyncio.gather(*(server.stop() for server in ours))


async def _start_all(servers: list[NatsServer | MongoServer | MailSink]) -> None:
    starts = [asyncio.create_task(server.start()) for server in servers]
    try:
        await asyncio.gather(*starts)
    finally:
        for start in starts:
            start.cancel()
        await asyncio.gather(*starts, return_exceptions=True)


@contextmanager
def blocking_embedded_servers(data_dir: Path | str, **options: Any) -> Iterator[Embedded]:
    """`embedded_servers` for code without an event loop; takes the same options."""
    loop = asyncio.new_event_loop()
    # one thread for the whole life of the servers: the kernel ties them to the thread that started them
    thread = threading.Thread(target=loop.run_forever, name="embedded-servers")
    thread.start()
    stack = AsyncExitStack()

    def run(coroutine: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(coroutine, loop).result()

    try:
        yield run(stack.enter_async_context(embedded_servers(data_dir, **options)))
    finally:
        run(stack.aclose())
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()
