"""A server as a child process that never outlives us and says why when it fails."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path

from kit.embedded import leash
from kit.embedded.errors import EmbeddedError
from kit.embedded.pidfile import PidFile, started_at

log = logging.getLogger(__name__)

POLL_SECONDS = 0.02
START_SECONDS = 60.0  # recovery after a crash reads the whole journal
STOP_SECONDS = 15.0
LOG_LINES_SHOWN = 8
LOG_LINE_CHARS = 300

PORT_TAKEN = "ddress already in use"
KNOWN_CAUSES = {
    PORT_TAKEN: "another program listens on its port",
    "No space left on device": "the disk is full; free some space or move CINNABAR_DATA_DIR",
    "error while loading shared libraries": "a system library is missing; on Debian or Ubuntu: "
    "apt-get install libcurl4 libssl3",
}
MONGO_ERROR = re.compile(r'"s":"[EF]"')  # mongod goes on for many lines after the one that says why


class PortTakenError(EmbeddedError):
    """Somebody else listens on the port."""


def free_port() -> int:
    """A loopback TCP port nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class ServerProcess:
    """One child process with its log and its pid file in the data directory.

    Ctrl-C in a terminal does not reach it: it has a session of its own, so that it can be stopped after
    everything that uses it. On Linux the kernel stops it when the thread that started it ends.
    """

    def __init__(self, name: str, data_dir: Path) -> None:
        self.name = name
        self.log_path = data_dir / "logs" / f"{name}.log"
        self._pid_file = PidFile(data_dir / f"{name}.pid")
        self._child: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int | None:
        """None when it does not run."""
        return self._child.pid if self._child and self._child.poll() is None else None

    async def start(self, command: Sequence[str | Path], ready: Callable[[], Awaitable[bool]]) -> None:
        """Run it until `ready` says so.

        Raises EmbeddedError with the end of its log when it stops first or is not ready in a minute.
        """
        await self._stop_leftover()
        self._spawn([str(part) for part in command])
        try:
            await self._until(ready)
        except BaseException:
            await self.stop()
            raise

    async def stop(self) -> None:
        """Ask it to stop, wait, kill it if it does not. Does nothing when it is not running."""
        if self._child is None:
            return
        child, self._child = self._child, None
        try:
            if child.poll() is None:
                child.terminate()
                await _gone(lambda: child.poll() is not None)
        finally:
            if child.poll() is None:
                child.kill()
                child.wait()
            self._pid_file.remove()

    def kill(self) -> None:
        """As a power cut would: no time to tidy up. For tests of what survives."""
        if self._child is not None:
            self._child.kill()
            self._child.wait()

    async def died(self) -> EmbeddedError:
        """Wait until it ends by itself and give the reason; never returns while it runs."""
        while self._child is None or self._child.poll() is None:
            await asyncio.sleep(0.2)
        return self._failure(f"{self.name} stopped by itself")

    def _spawn(self, command: list[str]) -> None:
        self.log_path.parent.mkdir(parents=True, exist_ok=True)
        if self.log_path.exists():
            self.log_path.replace(self.log_path.with_suffix(".log.1"))
        leashed = [sys.executable, "-I", "-S", leash.__file__, str(os.getpid()), *command]
        with self.log_path.open("wb") as output:
            self._child = subprocess.Popen(  # noqa: S603 - our own command line
                leashed, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT, start_new_session=True
            )
        self._pid_file.write(self._child.pid)

    async def _until(self, ready: Callable[[], Awaitable[bool]]) -> None:
        deadline = time.monotonic() + START_SECONDS
        while not await ready():
            if self.pid is None:
                raise self._failure(f"{self.name} stopped while starting")
            if time.monotonic() > deadline:
                raise self._failure(f"{self.name} was not ready after {START_SECONDS:.0f} s")
            await asyncio.sleep(POLL_SECONDS)

    async def _stop_leftover(self) -> None:
        pid = self._pid_file.leftover()
        if pid is None:
            return
        log.warning("stopping the %s that an earlier run left behind (pid %d)", self.name, pid)
        for send in (signal.SIGTERM, signal.SIGKILL):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, send)
            if await _gone(lambda: started_at(pid) is None):
                return
        raise EmbeddedError(f"the {self.name} of an earlier run (pid {pid}) does not stop; end it by hand")

    def _failure(self, what: str) -> EmbeddedError:
        lines = self.log_path.read_text(errors="replace").splitlines() if self.log_path.exists() else []
        text = "\n".join(lines)
        cause = next((mend for sign, mend in KNOWN_CAUSES.items() if sign in text), None)
        telling = [line for line in lines if MONGO_ERROR.search(line)] or lines
        end = "\n".join(f"  {line[:LOG_LINE_CHARS]}" for line in telling[-LOG_LINES_SHOWN:])
        message = f"{what}{': ' + cause if cause else ''}. From the end of {self.log_path}:\n{end}"
        return PortTakenError(message) if PORT_TAKEN in text else EmbeddedError(message)


async def _gone(is_gone: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + STOP_SECONDS
    while not is_gone():
        if time.monotonic() > deadline:
            return False
        await asyncio.sleep(POLL_SECONDS)
    return True
