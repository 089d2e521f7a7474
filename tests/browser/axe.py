"""axe-core in a page: fetched from npm into .tools/js-axe, as tests/js-axe pins it; skipped, loudly, without npm."""

from __future__ import annotations

import json
import shutil
import subprocess
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from selenium.webdriver import Chrome

REPOSITORY = Path(__file__).parents[2]
PINNED = REPOSITORY / "tests" / "js-axe"
TOOLS = REPOSITORY / ".tools" / "js-axe"
LEVEL_AA = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]
_RUN = """
const done = arguments[arguments.length - 1];
axe.run(document, {runOnly: {type: "tag", values: arguments[0]}, resultTypes: ["violations"]})
  .then(found => done({violations: found.violations, checked: found.passes.length}))
  .catch(error => done({error: String(error)}));
"""


@dataclass(frozen=True, slots=True)
class Axe:
    """The checker's source, to be run in a loaded page."""

    source: str

    def violations(self, browser: Chrome) -> list[str]:
        """Every violation of WCAG 2.1 A and AA in the page shown: the rule, what it asks, and where."""
        browser.execute_script(self.source)
        found: dict[str, Any] = browser.execute_async_script(_RUN, LEVEL_AA)
        assert "error" not in found, found["error"]
        assert found["checked"], "axe checked nothing"
        return [
            f"{violation['id']}: {violation['help']}: {node['html'][:200]} ({' '.join(map(str, node['target']))})"
            for violation in found["violations"]
            for node in violation["nodes"]
        ]


def fetched() -> Axe:
    """axe-core of the pinned version; skips the test where it cannot be had."""
    script = TOOLS / "node_modules" / "axe-core" / "axe.min.js"
    version = json.loads((PINNED / "package.json").read_text())["dependencies"]["axe-core"]
    if not script.exists() or _version(script) != version:
        _install()
    return Axe(script.read_text(encoding="utf-8"))


def _version(script: Path) -> str:
    return str(json.loads(script.with_name("package.json").read_text())["version"])


def _install() -> None:
    npm = shutil.which("npm")
    if npm is None:
        _skip("npm is not installed")
    TOOLS.mkdir(parents=True, exist_ok=True)
    for name in ("package.json", "package-lock.json"):
        shutil.copy(PINNED / name, TOOLS / name)
    command = [str(npm), "ci", "--no-audit", "--no-fund", "--ignore-scripts"]
    try:
        done = subprocess.run(command, cwd=TOOLS, capture_output=True, text=True, timeout=300, check=False)
    except subprocess.TimeoutExpired:
        _skip("npm did not fetch axe-core in 5 minutes")
    if done.returncode:
        _skip(f"npm could not fetch axe-core: {done.stderr[-400:]}")


def _skip(reason: str) -> None:
    warnings.warn(f"ACCESSIBILITY WAS NOT CHECKED: {reason}", stacklevel=2)
    pytest.skip(f"ACCESSIBILITY WAS NOT CHECKED: {reason}")
