"""What a command refuses before it reaches for any server."""

from __future__ import annotations

import pytest
from typer.testing import CliRunner

from kit.cli import app


@pytest.mark.parametrize(
    ("command", "mend"),
    [
        ("dead-letters drop 5 --reason ''", "say why it may be given up"),
        ("dead-letters redrive", "name numbers from `list`, or a filter"),
        ("replay nonsense", "nonsense is not here; name one of actions, funding"),
        ("provision nonsense", "nonsense is not here; name one of actions, funding"),
        ("hear-again nonsense --since 2026-11-24", "nonsense is not here; name one of actions, funding"),
    ],
)
def test_a_mistake_is_told_in_a_sentence_with_what_would_be_right(
    command: str, mend: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CINNABAR_NATS_URL", "nats://nowhere.invalid")
    monkeypatch.setenv("CINNABAR_MONGO_URL", "mongodb://nowhere.invalid")
    monkeypatch.setenv("COLUMNS", "200")
    result = CliRunner().invoke(app, command)
    assert result.exit_code == 2
    assert mend in result.output
