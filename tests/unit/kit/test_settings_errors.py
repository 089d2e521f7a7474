"""A setting that cannot be read ends the start with a sentence that names it, and shows no value."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest
from pydantic import ValidationError

from kit.settings import Settings


@pytest.mark.parametrize(
    ("name", "value"),
    [("CINNABAR_PORT", "eighty"), ("CINNABAR_MONGO_URL", "nats://anna:geheim@nats:4222")],
)
def test_a_setting_that_cannot_be_read_is_named(name: str, value: str) -> None:
    command = [sys.executable, "-m", "kit.cli", "run", "funding"]
    done = subprocess.run(command, env=os.environ | {name: value}, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert f"cinnabar: {name}: " in done.stderr
    assert value not in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("municipality", "Občina"),
        ("log_level", "LOUD"),
        ("nats_url", "http://nats:4222"),
        ("nats_url", "nats:4222"),
        ("smtp_url", "mail.idrija.example"),
        ("oidc_issuer", "login.idrija.example"),
        ("public_url", "cinnabar.idrija.example"),
        ("timezone", "Europe/Idrija"),
    ],
)
def test_what_no_setting_may_be(name: str, value: str) -> None:
    with pytest.raises(ValidationError) as told:
        Settings.model_validate({name: value})
    assert [each["loc"] for each in told.value.errors()] == [(name,)]
