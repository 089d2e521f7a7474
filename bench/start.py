"""How soon `cinnabar up` is ready when started again, and how much memory its five services then take.

The first start, which also loads the example, is not measured. Bare: the two servers started again by themselves;
and a Python process that has only imported the libraries the services stand on.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median
from time import perf_counter

from bench.figure import Aim, Figure, Size
from bench.memory import resident_mb
from bench.rounds import in_turns
from bench.whole import Whole, cinnabar_up
from kit.embedded import embedded_servers

ROUNDS: dict[Size, int] = {"quick": 1, "normal": 5, "full": 7}
PAGES = ("/", "/plan", "/funding", "/sensors", "/inbox", "/reports")
LIBRARIES = "fastapi, uvicorn, motor.motor_asyncio, faststream.nats, opentelemetry.sdk.trace, jinja2, aiosmtplib"


async def measure(size: Size) -> list[Figure]:
    resident: list[float] = []
    with tempfile.TemporaryDirectory(prefix="cinnabar-bench-") as name:
        folder, servers = Path(name) / "whole", Path(name) / "servers"

        async def ours() -> float:
            async with cinnabar_up(folder) as whole:
                await _look_around(whole)
                resident.append(resident_mb(whole.pid))
                return whole.seconds

        async def bare() -> float:
            started = perf_counter()
            async with embedded_servers(servers, mail=False):
                return perf_counter() - started

        pairs = await in_turns(ours, bare, ROUNDS[size])
    name, libraries = "memory of five services, per their libraries", _memory_of_libraries()
    memory = median(resident[1:])
    return [
        pairs.figure("start to ready, per its two servers alone", "s", Aim("ours", at_most=5)),
        Figure(name, "MB", memory, libraries, memory / libraries, [Aim("ours", at_most=250)]),
    ]


async def _look_around(whole: Whole) -> None:
    """Show every page once, because templates and words are read when they are first needed."""
    async with whole.as_officer() as client:
        for page in PAGES:
            (await client.get(page)).raise_for_status()


def _memory_of_libraries() -> float:
    command = f"import {LIBRARIES}; from bench.memory import resident_mb; print(resident_mb())"
    return float(subprocess.run([sys.executable, "-c", command], check=True, capture_output=True, text=True).stdout)
