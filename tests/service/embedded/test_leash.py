"""Whatever happens to the parent, its servers do not stay behind."""

from __future__ import annotations

import asyncio
import json
import os
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from kit.embedded import embedded_servers, leash
from kit.embedded.pidfile import PidFile, started_at

SAY_LIMIT = "import resource; print(resource.getrlimit(resource.RLIMIT_NOFILE)[0])"
PARENT = """
import asyncio, json, signal, sys
from kit.embedded import EmbeddedError, embedded_servers

# a run in the background ignores it, and hands that on
signal.signal(signal.SIGINT, signal.default_int_handler)

async def main():
    async with embedded_servers(sys.argv[1]) as servers:
        print(json.dumps({"nats": servers.nats.process.pid, "mongo": servers.mongo.process.pid,
                          "nats_url": servers.nats_url, "mongo_url": servers.mongo_url}), flush=True)
        await asyncio.Event().wait()

try:
    asyncio.run(main())
except EmbeddedError as error:
    sys.exit(str(error))
"""


async def eventually(condition: Callable[[], bool], seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it never became true"
        await asyncio.sleep(0.05)


class Parents:
    """Starts copies of the embedded servers in processes of their own."""

    def __init__(self) -> None:
        self.started: list[subprocess.Popen[str]] = []

    def start(self, data_dir: Path) -> tuple[subprocess.Popen[str], dict[str, Any]]:
        parent = self.spawn(data_dir)
        assert parent.stdout is not None
        return parent, json.loads(parent.stdout.readline())

    def spawn(self, data_dir: Path) -> subprocess.Popen[str]:
        command = [sys.executable, "-c", PARENT, str(data_dir)]
        parent = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        self.started.append(parent)
        return parent


@pytest.fixture
def parents() -> Iterator[Parents]:
    parents = Parents()
    yield parents
    for parent in parents.started:
        if parent.poll() is None:
            parent.send_signal(signal.SIGINT)
        parent.communicate(timeout=60)


def sleeper() -> subprocess.Popen[bytes]:
    return subprocess.Popen(["/bin/sleep", "600"])


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux can tie a child to its parent")
async def test_a_killed_parent_leaves_no_child_and_its_data_can_be_used_at_once(
    tmp_path: Path, parents: Parents
) -> None:
    parent, servers = parents.start(tmp_path)
    parent.kill()
    parent.wait()
    async with embedded_servers(tmp_path):
        assert started_at(servers["nats"]) is None
        assert started_at(servers["mongo"]) is None


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux can tie a child to its parent")
async def test_the_kernel_stops_the_servers_without_any_help_of_ours(tmp_path: Path, parents: Parents) -> None:
    parent, servers = parents.start(tmp_path)
    assert started_at(servers["mongo"])
    parent.kill()
    await eventually(lambda: started_at(servers["mongo"]) is None and started_at(servers["nats"]) is None)


async def test_sigint_stops_every_child(tmp_path: Path, parents: Parents) -> None:
    parent, servers = parents.start(tmp_path)
    parent.send_signal(signal.SIGINT)
    parent.communicate(timeout=60)
    assert started_at(servers["nats"]) is None
    assert started_at(servers["mongo"]) is None


def test_the_second_process_on_a_data_directory_hears_who_holds_it(tmp_path: Path, parents: Parents) -> None:
    holder, _ = parents.start(tmp_path)
    refused = parents.spawn(tmp_path)
    _, complaint = refused.communicate(timeout=60)
    assert refused.returncode == 1
    assert f"another cinnabar (pid {holder.pid})" in complaint
    assert "Traceback" not in complaint


async def test_what_an_unleashed_parent_left_is_stopped_first(tmp_path: Path) -> None:
    left = sleeper()
    PidFile(tmp_path / "nats-server.pid").write(left.pid)
    async with embedded_servers(tmp_path, mongo_url="mongodb://elsewhere", mail=False):
        assert left.wait(timeout=60) == -signal.SIGTERM


async def test_a_pid_that_now_belongs_to_somebody_else_is_left_alone(tmp_path: Path) -> None:
    stranger = sleeper()
    try:
        note = PidFile(tmp_path / "nats-server.pid")
        note.write(stranger.pid)
        note.path.write_text(note.path.read_text().replace('"started": "', '"started": "earlier '))
        async with embedded_servers(tmp_path, mongo_url="mongodb://elsewhere", mail=False):
            assert stranger.poll() is None
    finally:
        stranger.kill()
        stranger.wait()


def test_a_child_whose_parent_is_gone_before_the_leash_is_on_does_not_start(tmp_path: Path) -> None:
    touched = tmp_path / "started"
    nobody = str(os.getpid() + 1)
    run = subprocess.run(
        [sys.executable, leash.__file__, nobody, "/bin/touch", str(touched)], capture_output=True, check=False
    )
    assert b"the parent is gone" in run.stderr
    assert not touched.exists()


def test_a_server_may_open_more_files_than_the_shell_allows_by_default() -> None:
    """A shell's usual soft limit of 1,024 is fewer than our collections and indexes; mongod would end at it."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    told = subprocess.run(
        [sys.executable, leash.__file__, str(os.getpid()), sys.executable, "-c", SAY_LIMIT],
        capture_output=True,
        check=True,
        text=True,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (256, hard)),
    )
    assert int(told.stdout) == min(hard, leash.MOST_FILES)
    assert resource.getrlimit(resource.RLIMIT_NOFILE) == (soft, hard)
