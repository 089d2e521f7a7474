"""What must come from the operating system: looked for, fetched where apt and root are at hand, asked for otherwise."""

from __future__ import annotations

import ctypes
import importlib.util
import os
import shutil
import subprocess
import sys


def offer_venv() -> bool:
    """Whether Debian's Python can make a venv now."""
    debian = sys.executable.startswith("/usr/bin/")
    if not (debian and apt_install("python3-venv")):
        return False
    importlib.invalidate_caches()
    return importlib.util.find_spec("ensurepip") is not None


def offer_mongod_libraries() -> None:
    """mongod's Linux wheel expects libcurl, which small images lack."""
    if sys.platform != "linux" or os.environ.get("CINNABAR_MONGO_URL") or _loads("libcurl.so.4"):
        return
    if not apt_install("libcurl4"):
        _shout("mongod needs libcurl (Debian, Ubuntu: apt-get install libcurl4), or set CINNABAR_MONGO_URL")


def offer_browser() -> None:
    """The browser tests drive Debian's chromium."""
    if _has_browser():
        return
    apt_install("chromium", "chromium-driver")
    if not _has_browser():
        _shout("no chromium and chromedriver here: THE BROWSER TESTS WILL BE SKIPPED")


def apt_install(*packages: str) -> bool:
    """Whether apt installed them; False where there is no apt or we are not root."""
    apt = shutil.which("apt-get")
    if apt is None or os.geteuid() != 0:
        return False
    sys.stderr.write(f"cinnabar: apt-get install {' '.join(packages)}\n")
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for arguments in (["update"], ["install", "-y", "--no-install-recommends", *packages]):
        command = [apt, "-qq", "-o", "DPkg::Lock::Timeout=120", *arguments]
        done = subprocess.run(command, env=environment, stdout=subprocess.DEVNULL, check=False)  # noqa: S603
        if done.returncode and arguments != ["update"]:  # stale lists may still be good enough
            return False
    return True


def _has_browser() -> bool:
    return bool(shutil.which("chromium") and shutil.which("chromedriver"))


def _loads(library: str) -> bool:
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def _shout(text: str) -> None:
    line = "!" * (len(text) + 4)
    sys.stderr.write(f"{line}\n! {text} !\n{line}\n")
