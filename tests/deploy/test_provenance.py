"""What is said of where an image comes from."""

from __future__ import annotations

import hashlib
import subprocess
from pathlib import Path

from deploy.images.provenance import provenance
from tests.deploy.overlays import TOP


def test_it_names_the_commit_the_base_and_the_lock(tmp_path: Path) -> None:
    lock = tmp_path / "requirements" / "images" / "funding.txt"
    lock.parent.mkdir(parents=True)
    lock.write_bytes((TOP / "requirements" / "images" / "funding.txt").read_bytes())
    base = f"python:3.12-slim@sha256:{'a' * 64}"
    without = provenance("funding", "1.2.3", base, "podman", tmp_path)
    of_base = {"uri": "pkg:docker/python:3.12-slim", "digest": {"sha256": "a" * 64}}
    of_lock = {
        "uri": "file:requirements/images/funding.txt",
        "digest": {"sha256": hashlib.sha256(lock.read_bytes()).hexdigest()},
    }
    assert without["buildDefinition"]["resolvedDependencies"] == [of_base, of_lock]

    author = ["-c", "user.name=t", "-c", "user.email=t@t.example"]
    for arguments in (["init", "-q"], ["add", "."], [*author, "commit", "-qm", "all of it"]):
        subprocess.run(["git", *arguments], cwd=tmp_path, check=True)
    (source, *_) = provenance("funding", "1.2.3", base, "podman", tmp_path)["buildDefinition"]["resolvedDependencies"]
    assert len(source["digest"]["gitCommit"]) == 40
    assert "annotations" not in source
    lock.write_text("changed")
    (source, *_) = provenance("funding", "1.2.3", base, "podman", tmp_path)["buildDefinition"]["resolvedDependencies"]
    assert source["annotations"] == {"changed": True}
