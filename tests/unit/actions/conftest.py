"""The Idrija plan as written and as read."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from services.actions.plan import Plan
from services.actions.plan_file import read_plan

PLAN_FILE = Path(__file__).parents[3] / "examples" / "idrija" / "plan.yaml"


@pytest.fixture(scope="session")
def idrija_text() -> str:
    return PLAN_FILE.read_text(encoding="utf-8")


@pytest.fixture(scope="session")
def idrija(idrija_text: str) -> Plan:
    return read_plan(idrija_text, "plan.yaml")


@pytest.fixture
def changed(idrija_text: str) -> Callable[..., str]:
    """The Idrija plan with the first occurrence of each `old` text, from the `after` text on, replaced by `new`."""

    def change(old: str, new: str, *, after: str = "") -> str:
        start = idrija_text.index(after)
        assert old in idrija_text[start:]
        return idrija_text[:start] + idrija_text[start:].replace(old, new, 1)

    return change
