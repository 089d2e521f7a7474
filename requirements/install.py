"""Fill `.venv` from a lock file, once per change of it: `python3 requirements/install.py embedded|dev`.

Needs only the standard library. `dev` holds everything `embedded` holds, at the same versions.
"""

from __future__ import annotations

import fcntl
import hashlib
import importlib.util
import shutil
import subprocess
import sys
from pathlib import Path

import system

TOP = Path(__file__).resolve().parent.parent
VENV = TOP / ".venv"
PYTHON = VENV / "bin" / "python"
SATISFIES = {"embedded": ("embedded",), "dev": ("dev", "embedded")}


def main(kind: str) -> None:
    with Path(__file__).open() as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # two copies may be started from one clone at once
        if not is_current(kind):
            install(kind)
    if kind == "dev":
        system.offer_browser()
    system.offer_mongod_libraries()


def is_current(kind: str) -> bool:
    return stamp(kind).is_file() and stamp(kind).read_text() == fingerprint(kind)


def install(kind: str) -> None:
    make_venv()
    say(f"installing requirements/{kind}.txt into .venv (under a minute, once)")
    pip("--require-hashes", "-r", TOP / "requirements" / f"{kind}.txt")
    # no index and no isolation: setuptools came with the lock, so nothing unhashed is fetched
    pip("--no-index", "--no-deps", "--no-build-isolation", "-e", TOP)
    for satisfied in SATISFIES[kind]:
        stamp(satisfied).write_text(fingerprint(satisfied))


def make_venv() -> None:
    """A fresh one when there is none, or when it belongs to another Python or to a clone that has moved."""
    home = VENV / ".made-by"
    if home.is_file() and home.read_text() == maker() and PYTHON.exists():
        return
    if importlib.util.find_spec("ensurepip") is None and not system.offer_venv():
        raise SystemExit(
            "cinnabar: this Python cannot make a virtual environment (ensurepip is missing). "
            "On Debian or Ubuntu: apt-get install python3-venv; or name another one: make PYTHON=/path/to/python3.11"
        )
    shutil.rmtree(VENV, ignore_errors=True)
    run(sys.executable, "-m", "venv", VENV)
    home.write_text(maker())


def maker() -> str:
    return f"Python {sys.version_info.major}.{sys.version_info.minor} {sys.platform} {TOP}\n"


def stamp(kind: str) -> Path:
    return VENV / f".installed-{kind}"


def fingerprint(kind: str) -> str:
    digest = hashlib.sha256(maker().encode())
    for source in (TOP / "requirements" / f"{kind}.txt", TOP / "pyproject.toml"):
        digest.update(source.read_bytes())
    return digest.hexdigest()


def pip(*arguments: str | Path) -> None:
    run(PYTHON, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *arguments)


def run(*command: str | Path) -> None:
    done = subprocess.run([str(part) for part in command], cwd=TOP, check=False)  # noqa: S603 - fixed commands
    if done.returncode:
        raise SystemExit(f"cinnabar: this failed, see above: {' '.join(map(str, command))}")


def say(text: str) -> None:
    sys.stderr.write(f"cinnabar: {text}\n")


if __name__ == "__main__":
    main(sys.argv[1])
