"""Inside the build: our own code into the folder of dependencies, only this service's, the same bytes every time."""

from __future__ import annotations

import compileall
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from py_compile import PycInvalidationMode

from sbom import sbom

HOME = Path("/src")
SBOM = "sbom.cdx.json"


def main(service: str, build: Path, target: Path) -> None:
    for folder in (HOME / "services").iterdir():
        if folder.is_dir() and folder.name != service:
            shutil.rmtree(folder)
    install(build, target)
    keep_own_entry_points(service, target)
    forget_how_it_came_here(target)
    (target / SBOM).write_text(json.dumps(sbom(service, target), indent=1, sort_keys=True) + "\n")
    compile_once(target)


def install(build: Path, target: Path) -> None:
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--no-index", "--no-deps", "--no-build-isolation"]
    options = ["--no-compile", "--disable-pip-version-check", "--root-user-action=ignore", "--target", str(target), "."]
    environment = os.environ | {"PYTHONPATH": str(build)}
    subprocess.run([*command, *options], cwd=HOME, env=environment, check=True)  # noqa: S603 - fixed words


def keep_own_entry_points(service: str, target: Path) -> None:
    """What is not in the image must not be found by name."""
    file = next(target.glob("cinnabar-*.dist-info")) / "entry_points.txt"
    foreign = [
        line for line in file.read_text().splitlines() if "services." in line and f"services.{service}." not in line
    ]
    file.write_text("\n".join(line for line in file.read_text().splitlines() if line not in foreign) + "\n")


def forget_how_it_came_here(target: Path) -> None:
    """Lists of installed files and where from: different at each build, and of no use in an image."""
    for name in ("RECORD", "direct_url.json", "REQUESTED", "INSTALLER"):
        for file in target.glob(f"*.dist-info/{name}"):
            file.unlink()
    shutil.rmtree(target / "bin", ignore_errors=True)


def compile_once(target: Path) -> None:
    """The root is read-only at run time. Bytecode goes by the source's hash, not by its date, and is not looked at."""
    mode = PycInvalidationMode.UNCHECKED_HASH
    compileall.compile_dir(target, quiet=2, workers=1, invalidation_mode=mode, stripdir=str(target), prependdir="/deps")


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3]))
