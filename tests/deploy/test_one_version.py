"""The distribution's version stands in pyproject.toml; whatever else names it, says the same."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from deploy.images.build import version
from tests.deploy.overlays import TOP

NAMED = re.compile(
    r"cinnabar/(?:\w+|\{[\w,]+\}):(\d+\.\d+\.\d+)|name: cinnabar/.*\n(?:\s+newName: .*\n)?\s+newTag: (\S+)"
)
PLACES = [
    TOP / "deploy" / "compose.yaml",
    TOP / "docs" / "operations.md",
    *sorted((TOP / "deploy" / "k8s").rglob("kustomization.yaml")),
]


def versions_in(place: Path) -> set[str]:
    return {tag or new_tag for tag, new_tag in NAMED.findall(place.read_text("utf-8"))}


@pytest.mark.parametrize("place", [place for place in PLACES if versions_in(place)], ids=lambda path: str(path)[-60:])
def test_it_is_the_distributions(place: Path) -> None:
    assert versions_in(place) == {version()}


def test_every_place_was_found() -> None:
    """Five bases and mongo's, five local overlays and the platform's, the compose file, the page."""
    assert len([place for place in PLACES if versions_in(place)]) == 14
