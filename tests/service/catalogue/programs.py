"""Programs as the catalogue's pages show them, run as somebody would who copied them."""

from __future__ import annotations

import asyncio
import fcntl
import json
import os
import shutil
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from selectolax.lexbor import LexborHTMLParser

REPOSITORY = Path(__file__).parents[3]
LOCKED = REPOSITORY / "tests" / "js"
INSTALLED = REPOSITORY / ".tools" / "js"


class Program:
    """A running subscriber."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process

    async def next_event(self) -> dict[str, Any]:
        """The next event it prints; fails with its own words when it ends, or when none comes for a long time."""
        assert self._process.stdout is not None
        assert self._process.stderr is not None
        try:
            line = await asyncio.wait_for(self._process.stdout.readline(), 60)
        except TimeoutError:
            self._process.kill()
            line = b""
        if not line:
            raise AssertionError(f"the program printed no event: {(await self._process.stderr.read()).decode()}")
        event: dict[str, Any] = json.loads(line)
        return event


@asynccontextmanager
async def started(command: list[str], nats_url: str, **environment: str) -> AsyncIterator[Program]:
    """The program, from its start until the test has seen enough."""
    process = await asyncio.create_subprocess_exec(
        *command,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        limit=2**20,
        env={"PATH": os.environ["PATH"], "NATS_URL": nats_url, **environment},
    )
    try:
        yield Program(process)
    finally:
        if process.returncode is None:
            process.kill()
        await process.communicate()


def copied(page: str, language: str, folder: Path) -> list[str]:
    """The command that runs the program a page shows, saved into `folder` as it stands."""
    shown = LexborHTMLParser(page).css_first(f"#{language}")
    assert shown is not None, f"the page shows no {language}"
    if language == "python":
        (folder / "subscribe.py").write_text(shown.text(), encoding="utf-8")
        return [sys.executable, str(folder / "subscribe.py")]
    (folder / "subscribe.mjs").write_text(shown.text(), encoding="utf-8")
    (folder / "node_modules").symlink_to(node_modules(), target_is_directory=True)
    return [shutil.which("node") or "node", str(folder / "subscribe.mjs")]


def node_modules() -> Path:
    """What tests/js locks, installed once; skips, saying what was not proved, where that cannot be done."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is None or npm is None:
        pytest.skip("NOTHING IN JAVASCRIPT WAS RUN: node and npm are not installed")
    with (LOCKED / "package-lock.json").open("rb") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # two runs may come to it at once
        _install(npm, lock.read())
    return INSTALLED / "node_modules"


def _install(npm: str, locked: bytes) -> None:
    done = INSTALLED / "package-lock.json"
    if (INSTALLED / "node_modules").exists() and done.exists() and done.read_bytes() == locked:
        return
    INSTALLED.mkdir(parents=True, exist_ok=True)
    shutil.copy(LOCKED / "package.json", INSTALLED)
    shutil.copy(LOCKED / "package-lock.json", INSTALLED)
    command = [npm, "ci", "--prefix", str(INSTALLED), "--no-audit", "--no-fund", "--ignore-scripts"]
    try:
        subprocess.run(command, capture_output=True, text=True, timeout=300, check=True)
    except (subprocess.CalledProcessError, subprocess.TimeoutExpired) as error:
        shutil.rmtree(INSTALLED)
        pytest.skip(f"NOTHING IN JAVASCRIPT WAS RUN: npm could not install tests/js: {error.stderr or error}")
