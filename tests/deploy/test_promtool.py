"""Prometheus' own tool reads the alerts and every query of the dashboard, wherever there is one."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml

from tests.deploy.overlays import K8S

OBSERVE = K8S / "base" / "observe"


@pytest.fixture
def promtool() -> str:
    for place in (os.environ.get("KUBE_ASSETS", ""), os.environ.get("PATH", "")):
        if found := shutil.which("promtool", path=place):
            return found
    pytest.skip("NO PROMTOOL in KUBE_ASSETS or PATH: that Prometheus reads our rules and queries was NOT checked")


def check(promtool: str, rules: Path) -> None:
    done = subprocess.run([promtool, "check", "rules", rules], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_it_reads_every_rule(promtool: str) -> None:
    check(promtool, OBSERVE / "rules.yaml")


def test_it_reads_every_query_of_the_dashboard(promtool: str, tmp_path: Path) -> None:
    dashboard = json.loads((OBSERVE / "dashboard.json").read_text("utf-8"))
    queries = [target["expr"] for panel in dashboard["panels"] for target in panel.get("targets", [])]
    assert len(queries) > 10
    plain = [re.sub(r"\$\w+", "any", query) for query in queries]
    rules = [{"record": f"query_{number}", "expr": query} for number, query in enumerate(plain)]
    file = tmp_path / "queries.yaml"
    file.write_text(yaml.safe_dump({"groups": [{"name": "dashboard", "rules": rules}]}))
    check(promtool, file)
