"""Marks everything here as chaos, and says how long and with which seed it runs."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path
from random import SystemRandom

import pytest

Tell = Callable[..., None]
# A whole round of faults, whatever was asked for, and coming to rest after it.
PATIENT_MINUTES = 45


def asked_for() -> float:
    return float(os.environ.get("CINNABAR_CHAOS_MINUTES") or 0)


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "chaos: kills servers and services under load")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.chaos)
            if "minutes" in getattr(item, "fixturenames", ()):
                item.add_marker(pytest.mark.timeout(60 * (asked_for() + PATIENT_MINUTES)))


@pytest.fixture
def minutes() -> float:
    """How long the long form runs; without CINNABAR_CHAOS_MINUTES it does not."""
    if not asked_for():
        pytest.skip("the long form runs by `make chaos MINUTES=10`")
    return asked_for()


@pytest.fixture
def tell(capsys: pytest.CaptureFixture[str]) -> Tell:
    """Says lines to whoever runs the tests, captured or not; a process among several has only its stderr for that."""

    def say(*lines: object) -> None:
        with capsys.disabled():
            sys.stderr.write("\n".join(str(line) for line in ("", *lines)) + "\n")

    return say


@pytest.fixture
def seed(tell: Tell) -> int:
    """CINNABAR_CHAOS_SEED, or a new one; printed, so that a run can be repeated."""
    chosen = int(os.environ.get("CINNABAR_CHAOS_SEED") or SystemRandom().randrange(1_000_000))
    tell(f"chaos seed {chosen}")
    return chosen
