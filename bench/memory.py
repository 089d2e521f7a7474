"""Resident memory of a process, as the operating system counts it."""

from __future__ import annotations

import asyncio
import os
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

SAMPLED_SECONDS = 0.05
_OWN = Path("/proc/self/statm")
_PAGE = 4096


def resident_mb(pid: int | None = None) -> float:
    """Megabytes (10^6 bytes) of one process, without its children; this one by default."""
    if pid is None and _OWN.exists():  # starting `ps` twenty times a second would be felt
        return int(_OWN.read_text().split()[1]) * _PAGE / 1e6
    command = ["ps", "-o", "rss=", "-p", str(pid or os.getpid())]
    kibibytes = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    return int(kibibytes) * 1024 / 1e6


@asynccontextmanager
async def peak() -> AsyncIterator[list[float]]:
    """One number: the most megabytes that this process had in between."""
    most = [resident_mb()]

    async def sample() -> None:
        while True:
            most[0] = max(most[0], resident_mb())
            await asyncio.sleep(SAMPLED_SECONDS)

    sampling = asyncio.create_task(sample())
    try:
        yield most
    finally:
        sampling.cancel()
        most[0] = max(most[0], resident_mb())
