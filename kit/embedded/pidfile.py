"""Which process did we start, and is it still that one? A pid alone may have been given to somebody else since."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

STATE, START_TICKS = 0, 19  # fields of /proc/PID/stat after the command's closing bracket; proc(5)


def started_at(pid: int) -> str | None:
    """When a live process began, in the system's own notation; None if there is none (a zombie counts as gone)."""
    if sys.platform != "linux":
        answer = subprocess.run(["/bin/ps", "-o", "lstart=", "-p", str(pid)], capture_output=True, text=True)  # noqa: S603, PLW1510
        return answer.stdout.strip() or None
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return None
    if fields[STATE] in "ZX":
        return None
    boot = Path("/proc/sys/kernel/random/boot_id").read_text().strip()
    return f"{boot} {fields[START_TICKS]}"


@dataclass(frozen=True, slots=True)
class PidFile:
    """One child's pid and start time, kept so that the next start can recognise what a killed parent left."""

    path: Path

    def write(self, pid: int) -> None:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        fresh = self.path.with_suffix(".new")
        fresh.write_text(json.dumps({"pid": pid, "started": started_at(pid)}))
        fresh.replace(self.path)

    def leftover(self) -> int | None:
        """The pid of the noted process if it is still alive and still the same one."""
        try:
            noted = json.loads(self.path.read_text())
            pid, started = int(noted["pid"]), noted["started"]
        except (OSError, ValueError, KeyError, TypeError):
            return None
        ours = pid != os.getpid() and started is not None and started_at(pid) == started
        return pid if ours else None

    def remove(self) -> None:
        self.path.unlink(missing_ok=True)
