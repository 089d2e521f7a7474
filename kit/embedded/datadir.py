"""The directory that holds everything the embedded mode keeps; one running copy at a time."""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from kit.embedded.errors import EmbeddedError

MIN_FREE_BYTES = 512 * 1024 * 1024  # mongod preallocates about 300 MB of journal on its first start


@contextmanager
def claimed(path: Path) -> Iterator[Path]:
    """Hold the data directory for this process; yields its absolute path.

    The lock goes with the process, however that ends. Raises EmbeddedError when another copy holds it,
    when it cannot be written, or when the disk is nearly full.
    """
    path = path.expanduser().resolve()
    try:
        path.mkdir(parents=True, exist_ok=True, mode=0o700)
        lock = os.open(path / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise EmbeddedError(f"cannot write to {path}: {error.strerror}; set CINNABAR_DATA_DIR elsewhere") from error
    try:
        _lock(lock, path)
        _demand_space(path)
        yield path
    finally:
        os.close(lock)


def _lock(lock: int, path: Path) -> None:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        holder = os.pread(lock, 20, 0).decode(errors="replace").strip() or "unknown"
        raise EmbeddedError(
            f"another cinnabar (pid {holder}) runs on {path}; stop it, "
            "or give this one its own CINNABAR_DATA_DIR and CINNABAR_PORT"
        ) from None
    os.truncate(lock, 0)
    os.pwrite(lock, f"{os.getpid()}\n".encode(), 0)


def _demand_space(path: Path) -> None:
    free = shutil.disk_usage(path).free
    if free < MIN_FREE_BYTES:
        raise EmbeddedError(
            f"only {free // 2**20} MB are free at {path}, {MIN_FREE_BYTES // 2**20} MB are needed; "
            "free some space or move CINNABAR_DATA_DIR"
        )
