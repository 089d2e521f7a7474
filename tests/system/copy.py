"""A copy of the product as its user runs it: `cinnabar up` in a process of its own, spoken to over HTTP."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

from kit.auth.people import DEMO_PEOPLE
from kit.auth.tokens import LocalIssuer

READY_TRIES = 1800


class Copy:
    """A running copy on its own port and data folder."""

    def __init__(self, folder: Path, *options: str, environment: dict[str, str] | None = None) -> None:
        self.folder = folder
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self.environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith("CINNABAR_")},
            "CINNABAR_PORT": str(self.port),
            "CINNABAR_DATA_DIR": str(folder),
            **(environment or {}),
        }
        self._log = (folder.parent / f"{folder.name}.log").open("ab")
        self.process = subprocess.Popen(
            [sys.executable, "-m", "kit.cli", "up", *options],
            env=self.environment,
            stdout=self._log,
            stderr=subprocess.STDOUT,
        )
        self.http = httpx.Client(base_url=self.url, timeout=30)

    def log(self) -> str:
        return (self.folder.parent / f"{self.folder.name}.log").read_text(errors="replace")

    def wait_until_ready(self) -> None:
        for _ in range(READY_TRIES):
            if self.process.poll() is not None:
                raise AssertionError(f"cinnabar up ended with {self.process.returncode}:\n{self.log()}")
            try:
                if self.http.get("/readyz").status_code == 200:
                    return
            except httpx.TransportError:
                pass
            time.sleep(0.1)
        raise AssertionError(f"never got ready:\n{self.log()}")

    def cli(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Another `cinnabar` command against this copy."""
        return subprocess.run(
            [sys.executable, "-m", "kit.cli", *arguments],
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    def as_(self, who: str) -> dict[str, str]:
        """Headers of a demo person, such as `officer`."""
        issuer = LocalIssuer(self.folder, "cinnabar", "idrija")
        return {"Authorization": f"Bearer {issuer.issue(DEMO_PEOPLE[f'{who}@idrija.example'])}"}

    def ended(self) -> int:
        """The exit code of a copy that ends by itself."""
        code = self.process.wait(timeout=90)
        self.stop()
        return code

    def stop(self, number: int = signal.SIGTERM) -> int:
        if self.process.poll() is None:
            self.process.send_signal(number)
        code = self.process.wait(timeout=90)
        self.http.close()
        self._log.close()
        return code


@contextmanager
def copy_of_cinnabar(folder: Path, *options: str, environment: dict[str, str] | None = None) -> Iterator[Copy]:
    """A copy that is ready; stopped at the end whatever happens."""
    copy = Copy(folder, *options, environment=environment)
    try:
        copy.wait_until_ready()
        yield copy
    finally:
        copy.stop()


def children_of(pid: int) -> list[int]:
    """Processes started by `pid`, directly or not."""
    parents: dict[int, int] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        parents[int(stat.parent.name)] = int(fields[1])
    found = [child for child, parent in parents.items() if parent == pid]
    return found + [grandchild for child in found for grandchild in children_of(child)]
