"""One operating-system process that can be killed, paused, started again, and never outlives the test."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from kit.embedded import leash

STOP_SECONDS = 20.0


class Child:
    """A command that is started again and again; its output of all lives goes to one file.

    `first` is the command of the first life, where that is to end in a special way; `folder` is where it runs.
    """

    def __init__(
        self,
        name: str,
        command: Sequence[str | Path],
        log: Path,
        environment: Mapping[str, str],
        first: Sequence[str | Path] | None = None,
        folder: Path | None = None,
    ) -> None:
        self.name = name
        self.starts = 0
        self.earlier_deaths = 0
        self._command = [str(part) for part in command]
        self._first = self._command if first is None else [str(part) for part in first]
        self._log = log
        self._folder = folder
        self._environment = dict(environment)
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int | None:
        return self._process.pid if self._process is not None and self._process.poll() is None else None

    @property
    def deaths(self) -> int:
        """How often it had to be started again, or was found dead at the end."""
        return self.earlier_deaths + self.starts - (self.pid is not None)

    def start(self) -> None:
        if self.pid is not None:
            return
        self.starts += 1
        command = self._first if self.starts == 1 else self._command
        leashed = [sys.executable, "-I", "-S", leash.__file__, str(os.getpid()), *command]
        with self._log.open("ab") as output:
            self._process = subprocess.Popen(
                leashed,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                env=self._environment,
                cwd=self._folder,
                start_new_session=True,
            )

    def kill(self) -> None:
        """As the kernel would when memory runs out: nothing is finished, nothing is said."""
        if self.pid is not None and self._process is not None:
            self._process.kill()
            self._process.wait()

    def pause(self) -> None:
        self._send(signal.SIGSTOP)

    def resume(self) -> None:
        self._send(signal.SIGCONT)

    def stop(self) -> None:
        if self.pid is None or self._process is None:
            return
        self.resume()
        self._process.terminate()
        deadline = time.monotonic() + STOP_SECONDS
        while self._process.poll() is None and time.monotonic() < deadline:
            time.sleep(0.02)
        if self._process.poll() is None:
            self._process.kill()
        self._process.wait()

    def last_words(self, lines: int = 15) -> str:
        return "\n".join(self._log.read_text(errors="replace").splitlines()[-lines:]) if self._log.exists() else ""

    def _send(self, number: signal.Signals) -> None:
        if self.pid is not None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.pid, number)
