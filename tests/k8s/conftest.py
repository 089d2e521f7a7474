"""Which tiers run here. What is missing is skipped loudly; CINNABAR_TIERS=required turns such a skip into a failure."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.k8s.apiserver import ApiServer, Kubectl


def without(what: str) -> None:
    if os.environ.get("CINNABAR_TIERS") == "required":
        pytest.fail(what)
    pytest.skip(what)


@pytest.fixture(scope="session")
def kubectl(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kubectl]:
    """A real API server without nodes: everything may be applied to it, nothing runs."""
    folder = Path(os.environ.get("KUBE_ASSETS") or "/nowhere")
    missing = [name for name in ("kube-apiserver", "etcd", "kubectl") if not (folder / name).is_file()]
    if missing:
        without(f"NO API SERVER WAS ASKED: KUBE_ASSETS must name a folder with {', '.join(missing)}")
    with ApiServer(folder, tmp_path_factory.mktemp("apiserver")).running() as kubectl:
        yield kubectl


@pytest.fixture(scope="session")
def cluster() -> Kubectl:
    """A throw-away cluster with nodes, into which the local overlay may be deployed."""
    config = os.environ.get("CINNABAR_KUBECONFIG", "")
    folder = os.environ.get("KUBE_ASSETS", "")
    if not config:
        without("NOTHING WAS DEPLOYED: CINNABAR_KUBECONFIG must name the configuration of a throw-away cluster")
    return Kubectl(Path(folder) / "kubectl" if folder else Path("kubectl"), Path(config))
