"""Another version's code, taken from the history beside this tree."""

from __future__ import annotations

import logging
import subprocess
import tarfile
from collections.abc import Sequence
from io import BytesIO
from pathlib import Path
from random import Random

import httpx
import pytest

from tests.chaos.faults import Fault
from tests.chaos.world import REPOSITORY, World

# Release 0.1.0 with what its deployments need: the version before this one.
BEFORE = "5870d58"

log = logging.getLogger("chaos")


def code_before(folder: Path) -> Path:
    """The tree of the version before, in `folder`. Skips where the history does not reach back to it."""
    packed = subprocess.run(["git", "archive", BEFORE], cwd=REPOSITORY, capture_output=True, check=False)
    if packed.returncode:
        pytest.skip(f"NOT TESTED: upgrade and rollback; the history does not hold {BEFORE} (git fetch --unshallow)")
    with tarfile.open(fileobj=BytesIO(packed.stdout)) as tree:
        tree.extractall(folder, filter="data")
    return folder


def roll(*steps: tuple[Path, Sequence[str]]) -> Fault:
    """Step by step these services go over to that code; then they are seen to run it."""

    async def strike(world: World, chance: Random) -> None:
        for code, services in steps:
            log.warning("rolls %s to %s", ", ".join(services), code)
            await world.roll(code, services)
            for name in [replica for service in services for replica in world.replicas[service]]:
                assert Path(f"/proc/{world.services[name].pid}/cwd").resolve() == code.resolve()
            if "funding" in services:
                assert await _decides(world) == (code / "services" / "funding" / "triage").exists()

    return Fault("rolls over", strike)


async def _decides(world: World) -> bool:
    """Whether the funding service has what came only after the version before: decisions on fits."""
    async with httpx.AsyncClient(timeout=10) as client:
        described = (await client.get(f"{world.address('funding')}/openapi.json")).json()["paths"]
    return "/api/funding/matches/{match_id}/decision" in described
