"""Builds an image per service with docker, podman or buildah: `make images`. Needs only the standard library.

Prints each image's digest and size, and puts two files beside: build/images/<service>.cdx.json, its bill of materials,
and <service>.provenance.json, where it comes from.
CINNABAR_BUILD_OPTIONS goes to the builder as it is, such as a volume with a site's own certificates.
"""

from __future__ import annotations

import argparse
import json
import os
import shlex
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

from deploy.images.provenance import provenance

TOP = Path(__file__).parents[2]
OUT = TOP / "build" / "images"
DOCKERFILE = "deploy/images/Dockerfile"
EPOCH = "0"  # every file and layer bears this date


# Where Debian, and most others after it, keep whom a machine trusts.
AUTHORITIES = Path("/etc/ssl/certs/ca-certificates.crt")


def trust() -> list[str]:
    """Let the build trust whom this machine trusts, such as a site's own proxy; nothing of it stays in the image."""
    if not AUTHORITIES.is_file():
        return []
    pip = OUT / "pip.conf"
    pip.write_text(f"[global]\ncert = {AUTHORITIES}\n")
    return ["-v", f"{AUTHORITIES}:{AUTHORITIES}:ro", "-v", f"{pip}:/etc/pip.conf:ro"]


class Docker:
    program = "docker"

    def works(self) -> bool:
        return bool(shutil.which(self.program)) and not run(self.program, "info", check=False).returncode

    def build(self, tag: str, options: list[str], form: str) -> None:
        """`form` counts where the engine can write both: docker keeps a health check in either."""
        outputs = ["--output", f"type=docker,name={tag},rewrite-timestamp=true", "--provenance=false"]
        environment = {"SOURCE_DATE_EPOCH": EPOCH, "DOCKER_BUILDKIT": "1"}
        run(self.program, "buildx", "build", "-f", DOCKERFILE, *outputs, *options, ".", env=environment)

    def describe(self, tag: str) -> tuple[str, int]:
        """Id and size in bytes."""
        found = json.loads(run(self.program, "image", "inspect", tag).stdout)[0]
        return found["Id"], found["Size"]

    def read(self, tag: str, path: str) -> str:
        command = ["run", "--rm", "--network=none", "--entrypoint", "python3", tag]
        return run(self.program, *command, "-c", f"print(open({path!r}).read(), end='')").stdout


class Podman(Docker):
    program = "podman"

    def build(self, tag: str, options: list[str], form: str) -> None:
        # docker's form keeps the health check, which Kubernetes never asks, but also the builder's random name
        same = ["--timestamp", EPOCH, "--format", form, "--layers=false", "--identity-label=false"]
        ignore = ["--ignorefile", f"{DOCKERFILE}.dockerignore"]
        run(self.program, "build", "-f", DOCKERFILE, *ignore, *same, *trust(), *options, "-t", tag, ".")


class Buildah(Podman):
    program = "buildah"

    def describe(self, tag: str) -> tuple[str, int]:
        found = json.loads(run("buildah", "inspect", "--type", "image", tag).stdout)
        entries = json.loads(run("buildah", "images", "--json", tag).stdout)
        return found["FromImageDigest"], size_of(entries[0]["size"])

    def read(self, tag: str, path: str) -> str:
        container = run("buildah", "from", "--pull-never", tag).stdout.strip()
        try:
            mounted = Path(run("buildah", "mount", container).stdout.strip())
            return (mounted / path.lstrip("/")).read_text()
        finally:
            run("buildah", "rm", container)


def size_of(text: str) -> int:
    number, unit = text.split()
    return int(float(number) * {"B": 1, "KB": 1e3, "MB": 1e6, "GB": 1e9}[unit.upper()])


def engine() -> Docker:
    for each in (Docker(), Podman(), Buildah()):
        if each.works():
            return each
    raise SystemExit("cinnabar: building images needs docker, podman or buildah, and none of them works here")


def run(*command: str, env: dict[str, str] | None = None, check: bool = True) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, **(env or {})}
    done = subprocess.run(command, cwd=TOP, env=environment, capture_output=True, text=True, check=False)  # noqa: S603
    if check and done.returncode:
        raise SystemExit(f"cinnabar: this failed: {shlex.join(command)}\n{done.stdout[-2000:]}{done.stderr[-4000:]}")
    return done


def version() -> str:
    return str(tomllib.loads((TOP / "pyproject.toml").read_text())["project"]["version"])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("services", nargs="+")
    parser.add_argument("--version", default=version())
    parser.add_argument("--prefix", default="localhost/cinnabar/", help="what stands before the service's name")
    parser.add_argument("--base", default="", help="the image below, by digest for a release")
    parser.add_argument(
        "--format",
        dest="form",
        choices=("oci", "docker"),
        default="oci",
        help="docker keeps the health check, for who runs it without a cluster, and is not the same at each build",
    )
    parser.add_argument(
        "--revision", default="", help="what it was built from; left out, the image is the same for any"
    )
    asked = parser.parse_args()
    builder = engine()
    OUT.mkdir(parents=True, exist_ok=True)
    for service in asked.services:
        tag = f"{asked.prefix}{service}:{asked.version}"
        values = {"SERVICE": service, "VERSION": asked.version, "REVISION": asked.revision, "BASE": asked.base}
        given = [f"--build-arg={name}={value}" for name, value in values.items() if value]
        builder.build(tag, [*given, *shlex.split(os.environ.get("CINNABAR_BUILD_OPTIONS", ""))], asked.form)
        (OUT / f"{service}.cdx.json").write_text(builder.read(tag, "/deps/sbom.cdx.json"))
        comes_from = provenance(service, asked.version, asked.base, builder.program, TOP)
        (OUT / f"{service}.provenance.json").write_text(json.dumps(comes_from, indent=1) + "\n")
        digest, size = builder.describe(tag)
        sys.stdout.write(f"{tag}  {digest}  {size / 1e6:.0f} MB\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
