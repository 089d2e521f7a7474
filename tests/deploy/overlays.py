"""The overlays under test, rendered once."""

from __future__ import annotations

import copy
from functools import cache
from pathlib import Path

from tests.deploy.kustomize import Object, render

TOP = Path(__file__).parents[2]
K8S = TOP / "deploy" / "k8s"
OVERLAYS = ("overlays/local", "overlays/stage", "overlays/production", "../../tests/deploy/variants/cpu")
PRODUCTION = "overlays/production"


@cache
def _rendered(overlay: str) -> list[Object]:
    return render(K8S / overlay)


def rendered(overlay: str) -> list[Object]:
    """A copy of the overlay's objects, which a test may change."""
    return copy.deepcopy(_rendered(overlay))
