"""Every overlay renders, by our own renderer and, where there is one, by kubectl: to the same objects."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml

from kit.service import NAMES
from tests.deploy.kustomize import render
from tests.deploy.objects import by_name
from tests.deploy.overlays import K8S, OVERLAYS, rendered


def kubectl() -> str:
    """From KUBE_ASSETS, else the PATH. Skips, saying why it matters, where there is none that knows Kustomize."""
    places = [os.environ.get("KUBE_ASSETS", ""), *os.environ.get("PATH", "").split(os.pathsep)]
    for place in filter(None, places):
        if found := shutil.which("kubectl", path=place):
            told = subprocess.run([found, "version", "--client"], capture_output=True, text=True, check=False).stdout
            if "Kustomize Version: v5" in told:
                return found
    pytest.skip("NO KUBECTL 1.27 OR NEWER in KUBE_ASSETS or PATH: that our renderer equals Kustomize was NOT checked")


@pytest.mark.parametrize("overlay", OVERLAYS)
def test_kustomize_and_our_renderer_agree(overlay: str) -> None:
    command = [kubectl(), "kustomize", str(K8S / overlay)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stderr == "", "Kustomize warns"
    theirs = [each for each in yaml.safe_load_all(done.stdout) if each]
    ours, expected = by_name(rendered(overlay)), by_name(theirs)
    assert sorted(ours) == sorted(expected)
    for name, each in expected.items():
        assert ours[name] == each, name


@pytest.mark.parametrize("environment", ["local", "stage", "production"])
def test_the_whole_is_its_parts(environment: str) -> None:
    """Applying one service's folder is applying that part of the whole: upgrading one touches no other."""
    folder = K8S / "overlays" / environment
    parts = [each for part in ("platform", *NAMES) for each in render(folder / part)]
    assert by_name(parts) == by_name(rendered(f"overlays/{environment}"))


def test_a_changed_setting_rolls_the_pods(tmp_path: Path) -> None:
    shutil.copytree(K8S, tmp_path / "k8s")
    settings = tmp_path / "k8s" / "base" / "funding" / "settings.env"
    before = names_of_settings(tmp_path)
    settings.write_text(settings.read_text().replace("CINNABAR_GRACE_SECONDS=15", "CINNABAR_GRACE_SECONDS=16"))
    after = names_of_settings(tmp_path)
    changed = {name for name in NAMES if before[name] != after[name]}
    assert changed == {"funding"}


def names_of_settings(top: Path) -> dict[str, str]:
    objects = render(top / "k8s" / "overlays" / "production")
    return {
        each["metadata"]["labels"]["app.kubernetes.io/name"]: each["spec"]["template"]["spec"]["containers"][0][
            "envFrom"
        ][0]["configMapRef"]["name"]
        for each in objects
        if each["kind"] == "Deployment" and each["metadata"]["name"].startswith("cinnabar-")
    }
