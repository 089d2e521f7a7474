"""Resident memory of a process, as the operating system counts it."""

from __future__ import annotations

import os
import subprocess


def resident_mb(pid: int | None = None) -> float:
    """Megabytes (10^6 bytes) of one process, without its children; this one by default."""
    command = ["ps", "-o", "rss=", "-p", str(pid or os.getpid())]
    kibibytes = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    return int(kibibytes) * 1024 / 1e6
