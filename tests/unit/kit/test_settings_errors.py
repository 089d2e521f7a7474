"""A setting that cannot be read ends the start with a sentence that names it, and shows no value."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest


@pytest.mark.parametrize(
    ("name", "value"),
    [("CINNABAR_PORT", "eighty"), ("CINNABAR_MUNICIPALITY", "Občina"), ("CINNABAR_LOG_LEVEL", "LOUD")],
)
def test_a_setting_that_cannot_be_read_is_named(name: str, value: str) -> None:
    command = [sys.executable, "-m", "kit.cli", "run", "funding"]
    done = subprocess.run(command, env=os.environ | {name: value}, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert f"cinnabar: {name}: " in done.stderr
    assert value not in done.stderr
    assert "Traceback" not in done.stderr
