"""Pinning one image changes its part of the overlay and nothing else."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from deploy.pin import pin, unpinned
from tests.deploy.overlays import K8S

DIGEST = f"sha256:{'ab' * 32}"


@pytest.fixture
def overlay(tmp_path: Path) -> Path:
    return Path(shutil.copytree(K8S / "overlays" / "production", tmp_path / "production"))


@pytest.mark.parametrize("image", ["funding", "operate", "nats", "mongo", "prometheus-nats-exporter"])
def test_one_image_is_pinned(overlay: Path, image: str) -> None:
    before = {file: file.read_text() for file in overlay.rglob("*.yaml")}
    waiting = unpinned(overlay)
    changed = pin(image, DIGEST, overlay=overlay)
    assert [file for file, text in before.items() if file.read_text() != text] == [changed]
    assert len(unpinned(overlay)) == len(waiting) - 1
    assert changed.read_text().count(DIGEST) == 1


def test_bad_input_is_named_and_changes_nothing(overlay: Path) -> None:
    before = {file: file.read_text() for file in overlay.rglob("*.yaml")}
    with pytest.raises(ValueError, match="is no digest"):
        pin("funding", "latest", overlay=overlay)
    with pytest.raises(LookupError, match="no image 'fundign'"):
        pin("fundign", DIGEST, overlay=overlay)
    assert {file: file.read_text() for file in overlay.rglob("*.yaml")} == before
