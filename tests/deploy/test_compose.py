"""The compose file names services, settings and images that there are."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from subprocess import DEVNULL
from typing import Any

import pytest
import yaml

from deploy.images.build import version
from kit.service import NAMES
from kit.settings import Settings
from tests.deploy.overlays import TOP

FILE = TOP / "deploy" / "compose.yaml"
COMPOSE: dict[str, Any] = yaml.safe_load(FILE.read_text("utf-8"))["services"]


def has_compose(*command: str) -> bool:
    return bool(shutil.which(command[0])) and not subprocess.call([*command, "version"], stdout=DEVNULL, stderr=DEVNULL)


def test_compose_itself_takes_the_file_and_asks_for_the_secret() -> None:
    """No engine is needed for that."""
    command = next((each for each in (["docker", "compose"], ["docker-compose"]) if has_compose(*each)), None)
    if command is None:
        pytest.skip("NO DOCKER COMPOSE in the PATH: that it reads deploy/compose.yaml was NOT checked")
    for secret, code in (("s" * 32, 0), ("", 1)):
        environment = os.environ | {"CINNABAR_SECRET": secret}
        read = [*command, "-f", FILE, "config", "--quiet"]
        done = subprocess.run(read, env=environment, capture_output=True, text=True, check=False)
        assert done.returncode == code, done.stderr
        assert ("CINNABAR_SECRET" in done.stderr) == bool(code)


def test_every_service_runs_after_its_preparation() -> None:
    for name in NAMES:
        service, prepare = COMPOSE[name], COMPOSE[f"{name}-prepare"]
        assert service["depends_on"] == {f"{name}-prepare": {"condition": "service_completed_successfully"}}
        assert service["image"] == prepare["image"] == f"localhost/cinnabar/{name}:{version()}"
        assert prepare["command"] == ["prepare"]
        assert set(prepare["depends_on"]) == {"nats", "mongo", "issuer"}


def test_settings_are_known_and_images_are_exact() -> None:
    known = {f"CINNABAR_{name.upper()}" for name in Settings.model_fields}
    for name, each in COMPOSE.items():
        assert set(each.get("environment", {})) <= known, name
        assert re.search(r":\d+\.\d+\.\d+(-[a-z]+)?$", each["image"]), name


def test_only_the_edge_is_reached_from_outside_and_services_may_do_little() -> None:
    assert [name for name, each in COMPOSE.items() if "ports" in each] == ["edge"]
    for name in NAMES:
        assert COMPOSE[name]["read_only"] is True
        assert COMPOSE[name]["cap_drop"] == ["ALL"]
        grace = int(COMPOSE[name]["stop_grace_period"].removesuffix("s"))
        assert grace >= 2 * Settings.model_fields["grace_seconds"].default + 15
