"""Reaching the servers: which ones, within a bounded time, and in words when they do not answer."""

from __future__ import annotations

import asyncio
import json
import re
import sys
from collections.abc import AsyncIterator, Awaitable, Coroutine, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import TYPE_CHECKING, Any

import typer

from kit.settings import Settings, without_passwords

if TYPE_CHECKING:
    from kit.bus.bus import Bus

# With what a process takes to load, less than the ten seconds within which whoever starts it is told what is missing.
REACH_SECONDS = 6.0


async def reach(what: str, url: str, setting: str, attempt: Awaitable[None]) -> None:
    """Wait for a server a little. Raises RuntimeError saying which one does not answer, where, and what to look at."""
    place = without_passwords(url) or "nowhere"
    try:
        async with asyncio.timeout(REACH_SECONDS):
            await attempt
    except TimeoutError:
        raise RuntimeError(f"{what} does not answer at {place}; is it running? check {setting}") from None
    except Exception as error:
        raise RuntimeError(f"{what} cannot be used at {place}: {_meaning(error)}; check {setting}") from error


@contextmanager
def readable(what: str, setting: str) -> Iterator[None]:
    """Around a driver's reading of an address and of the files it names. Raises RuntimeError saying what is wrong."""
    try:
        yield
    except Exception as error:
        raise RuntimeError(f"the address of {what} cannot be read: {error}; check {setting}") from error


def _meaning(error: Exception) -> str:
    """What a driver's words come to, for those that do not know them."""
    # MongoDB's driver goes on with its time-outs, its view of the servers and the server's whole answer
    said = re.split(r" \(configured timeouts|, Timeout: |, full error: ", str(error))[0][:300] or type(error).__name__
    if re.search(r"authorization violation|authentication failed|auth error", said, re.IGNORECASE):
        return f"the user or the password is not accepted ({said})"
    if re.search(r"certificate|ssl|tls", said, re.IGNORECASE):
        return f"its certificate is not trusted, or it speaks without TLS ({said})"
    return said


@asynccontextmanager
async def connected(settings: Settings, purpose: str) -> AsyncIterator[Bus]:
    """The bus, for a command at the terminal. Raises RuntimeError when it does not answer."""
    from kit.bus.bus import Bus  # noqa: PLC0415 - a command that needs no bus starts without it

    bus = Bus(settings.nats_url, f"cinnabar-{purpose}", 1)
    try:
        await reach("NATS", settings.nats_url, "CINNABAR_NATS_URL", bus.connect())
        yield bus
    finally:
        await bus.stop()


def settings_of_the_running() -> Settings:
    """The settings; where no servers are configured, those of the copy running on this data folder."""
    settings = Settings()
    if settings.nats_url and settings.mongo_url:
        return settings
    note = settings.data_dir / "running.json"
    if not note.exists():
        print("set CINNABAR_NATS_URL and CINNABAR_MONGO_URL, or start `cinnabar up` first", file=sys.stderr)  # noqa: T201
        raise typer.Exit(2)
    running = json.loads(note.read_text())
    found = {name: running[name] or "" for name in ("nats_url", "mongo_url", "smtp_url")} | {"embedded": True}
    return settings.model_copy(update=found)


def run_to_the_end(main: Coroutine[Any, Any, None]) -> None:
    """Run a command; what keeps it from its end is told in one line as soon as it is known, and the exit code is 1."""
    if not asyncio.run(_told(main)):
        raise typer.Exit(1)


async def _told(main: Coroutine[Any, Any, None]) -> bool:
    try:
        await main
    except (RuntimeError, LookupError, OSError) as error:
        print(f"cinnabar: {error}", file=sys.stderr, flush=True)  # noqa: T201
        return False
    return True
