"""The list of traps names tests that exist."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
NAMED = re.findall(r"`(tests/[\w/]+\.py)::(test_\w+)`", (ROOT / "docs" / "traps.md").read_text())


@pytest.mark.parametrize(("file", "test"), NAMED)
def test_a_trap_has_its_test(file: str, test: str) -> None:
    assert f"def {test}(" in (ROOT / file).read_text()


def test_every_trap_has_one() -> None:
    rows = [line for line in (ROOT / "docs" / "traps.md").read_text().splitlines() if line.startswith("| ")]
    assert len(NAMED) == len([row for row in rows if row != "| trap | answer | test |"]) > 50
