"""Where an image comes from, as a SLSA provenance v1 predicate (slsa.dev/spec/v1.0/provenance).

It names no image: who signs says to which digest it belongs, once the image is pushed and has the one it keeps
(`cosign attest --type slsaprovenance1 --predicate build/images/funding.provenance.json IMAGE@DIGEST`).
"""

from __future__ import annotations

import hashlib
import subprocess
from pathlib import Path
from typing import Any

BUILD_TYPE = "https://cinnabar.example/build/images/v1"


def provenance(service: str, version: str, base: str, builder: str, top: Path) -> dict[str, Any]:
    """The predicate. `base`: the image below, as it was asked for; `builder`: the program that built. No date: the
    same source gives the same bytes. Raises OSError where the lock of the service is not there."""
    return {
        "buildDefinition": {
            "buildType": BUILD_TYPE,
            "externalParameters": {"service": service, "version": version, "base": base},
            "resolvedDependencies": [*_source(top), *_base(base), _lock(service, top)],
        },
        "runDetails": {"builder": {"id": f"{BUILD_TYPE}/{builder}"}},
    }


def _source(top: Path) -> list[dict[str, Any]]:
    """The commit, when there is one; `changed`: the files differ from it."""
    commit, changed = _git(top, "rev-parse", "HEAD"), _git(top, "status", "--porcelain")
    if not commit:
        return []
    told = {"annotations": {"changed": True}} if changed else {}
    return [{"uri": "git+https://cinnabar.example/cinnabar", "digest": {"gitCommit": commit}, **told}]


def _base(base: str) -> list[dict[str, Any]]:
    name, _, digest = base.partition("@sha256:")
    return [{"uri": f"pkg:docker/{name}", "digest": {"sha256": digest}}] if digest else []


def _lock(service: str, top: Path) -> dict[str, Any]:
    lock = Path("requirements", "images", f"{service}.txt")
    return {"uri": f"file:{lock}", "digest": {"sha256": hashlib.sha256((top / lock).read_bytes()).hexdigest()}}


def _git(top: Path, *arguments: str) -> str:
    try:
        done = subprocess.run(["git", *arguments], cwd=top, capture_output=True, text=True, check=False)  # noqa: S603, S607
    except OSError:
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""
