"""The whole system as a person starts it: `cinnabar up`, a process with its own folder and port."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

import httpx

from kit.auth.people import DEMO_PEOPLE
from kit.auth.tokens import LocalIssuer
from kit.embedded.processes import free_port
from kit.settings import Settings

READY_WITHIN = 120.0
STOPPED_WITHIN = 60.0


@dataclass(frozen=True, slots=True)
class Whole:
    """A running copy; `seconds` from the start of its process until it said it was ready."""

    pid: int
    url: str
    seconds: float
    folder: Path

    def as_officer(self) -> httpx.AsyncClient:
        """A client that is signed in as the demo funding officer."""
        settings = Settings.model_construct()
        issuer = LocalIssuer(self.folder, settings.oidc_audience, settings.municipality)
        headers = {"Authorization": f"Bearer {issuer.issue(DEMO_PEOPLE['officer@idrija.example'])}"}
        return httpx.AsyncClient(base_url=self.url, headers=headers, follow_redirects=True, timeout=60)


@asynccontextmanager
async def cinnabar_up(folder: Path, smtp_url: str = "") -> AsyncIterator[Whole]:
    """Start it, yield it once ready, stop it. Raises RuntimeError with the end of its log when it does not start."""
    port, log, started = free_port(), folder.with_suffix(".log"), perf_counter()
    process = _spawn(folder, port, smtp_url, log)
    try:
        url = f"http://127.0.0.1:{port}"
        await _ready(process, url, log)
        yield Whole(process.pid, url, perf_counter() - started, folder)
    finally:
        await asyncio.to_thread(_stop, process)


def _spawn(folder: Path, port: int, smtp_url: str, log: Path) -> subprocess.Popen[bytes]:
    """Nothing of the caller's own settings reaches it, and it asks no source outside this machine."""
    own = {
        "CINNABAR_DATA_DIR": str(folder),
        "CINNABAR_PORT": str(port),
        "CINNABAR_SMTP_URL": smtp_url,
        "CINNABAR_POLL_CALLS": "false",
    }
    others = {name: value for name, value in os.environ.items() if not name.startswith("CINNABAR_")}
    command = [sys.executable, "-m", "kit.cli", "up"]
    with log.open("w") as output:
        return subprocess.Popen(command, env=others | own, stdout=output, stderr=subprocess.STDOUT)


async def _ready(process: subprocess.Popen[bytes], url: str, log: Path) -> None:
    async with asyncio.timeout(READY_WITHIN), httpx.AsyncClient(timeout=2) as client:
        while process.poll() is None:
            try:
                if (await client.get(f"{url}/readyz")).status_code == 200:
                    return
            except httpx.TransportError:
                pass
            await asyncio.sleep(0.02)
    raise RuntimeError(f"cinnabar up ended with {process.returncode}: {log.read_text()[-2000:]}")


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.send_signal(signal.SIGTERM)
    try:
        process.wait(STOPPED_WITHIN)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
