"""The official AsyncAPI parser finds no error in the generated document.

The parser comes from npm into .tools/asyncapi, once. Without npm, or without a way to fetch it, the test is skipped
and says so.
"""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

REPOSITORY = Path(__file__).parents[2]
TOOLS = REPOSITORY / ".tools" / "asyncapi"
PARSER = "@asyncapi/parser@3.6.3"
ERROR, WARNING = 0, 1


@pytest.fixture(scope="module")
def parser() -> Path:
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is None or npm is None:
        pytest.skip("NOT VALIDATED by the official AsyncAPI parser: node and npm are not installed")
    if not (TOOLS / "node_modules" / "@asyncapi" / "parser").exists():
        TOOLS.mkdir(parents=True, exist_ok=True)
        install = [npm, "install", "--prefix", str(TOOLS), "--no-audit", "--no-fund", "--ignore-scripts", PARSER]
        try:
            done = subprocess.run(install, capture_output=True, text=True, timeout=300, check=False)
        except subprocess.TimeoutExpired:
            pytest.skip(f"NOT VALIDATED by the official AsyncAPI parser: npm did not fetch {PARSER} in 5 minutes")
        if done.returncode:
            pytest.skip(
                f"NOT VALIDATED by the official AsyncAPI parser: npm could not fetch {PARSER}: {done.stderr[-400:]}"
            )
    return TOOLS


def found_by(parser: Path, document: Path) -> list[dict[str, Any]]:
    script = Path(__file__).with_name("validate_asyncapi.mjs")
    command = [shutil.which("node") or "node", str(script), str(parser), str(document)]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=120)
    found: list[dict[str, Any]] = json.loads(done.stdout)
    return found


def test_the_official_parser_finds_no_error_and_no_warning(parser: Path) -> None:
    found = found_by(parser, REPOSITORY / "contracts" / "asyncapi.yaml")
    assert [each for each in found if each["severity"] in (ERROR, WARNING)] == []


def test_the_official_parser_would_find_one(parser: Path, tmp_path: Path) -> None:
    text = (REPOSITORY / "contracts" / "asyncapi.yaml").read_text(encoding="utf-8")
    broken = tmp_path / "broken.yaml"
    broken.write_text(text.replace("action: send", "action: shout", 1), encoding="utf-8")
    assert [each for each in found_by(parser, broken) if each["severity"] == ERROR]
