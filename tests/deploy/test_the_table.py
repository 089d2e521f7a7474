"""The checklist in docs/operations.md: every row is there, and what passes is held by a test."""

from __future__ import annotations

import re
from pathlib import Path

from tests.deploy.overlays import TOP


def rows() -> dict[int, list[str]]:
    text = Path(TOP / "docs/operations.md").read_text("utf-8")
    cells = [
        [cell.strip() for cell in line.strip("|").split("|")]
        for line in text.splitlines()
        if re.match(r"\| \d+ \|", line)
    ]
    return {int(each[0]): each[1:] for each in cells}


def test_the_table_has_every_row_and_each_passes_or_says_why_not() -> None:
    table = rows()
    tests = "\n".join(file.read_text("utf-8") for file in Path(__file__).parent.glob("test_*_rows.py"))
    assert list(table) == list(range(1, 43))
    held = {int(match[1]) for match in re.finditer(r"def test_row_(\d+)_", tests)}
    held |= {1, 2, 29}  # test_renders.py, test_schemas.py, test_flows.py
    for number, (item, verdict, why) in table.items():
        assert item, number
        assert verdict in {"pass", "partly", "not yet"}, number
        assert why, number
        if verdict == "pass":
            assert number in held or "tests/" in why, f"row {number} passes, says the table; which test says so?"
