"""The one command: check, write, release."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from contracts import check, freeze, releases
from contracts.registry import contracts


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(freeze, "FOLDER", tmp_path / "schemas")
    monkeypatch.setattr(check, "ASYNCAPI", tmp_path / "asyncapi.yaml")
    return tmp_path


def called(monkeypatch: pytest.MonkeyPatch, *arguments: str) -> int:
    monkeypatch.setattr(sys, "argv", ["check", *arguments])
    return check.main()


def test_nothing_is_in_order_before_it_is_written() -> None:
    messages = check.run(write=False)
    assert len(messages) == len(list(contracts())) + 1
    assert check.run(write=True) == []
    assert check.run(write=False) == []


def test_a_stale_asyncapi_document_is_named(folder: Path) -> None:
    check.run(write=True)
    with (folder / "asyncapi.yaml").open("a") as file:
        file.write("# edited\n")
    assert check.run(write=False) == [f"asyncapi.yaml is not what the contracts say: {freeze.MEND}"]


def test_the_command_tells_what_is_wrong_and_fails(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert called(monkeypatch) == 1
    assert "is missing: run `python -m contracts.check --write`" in capsys.readouterr().out
    assert called(monkeypatch, "--write") == 0
    assert called(monkeypatch) == 0


def test_a_release_freezes_everything_and_names_itself_in_the_document(folder: Path) -> None:
    assert check.freeze_release("0.2.0") == []
    assert set(releases.released(folder / "schemas")) == {f"{each.family}.v{each.version}" for each in contracts()}
    assert "version: 0.2.0" in (folder / "asyncapi.yaml").read_text()
    assert check.run(write=False) == []


def test_a_wrong_release_is_refused_with_a_sentence(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    assert called(monkeypatch, "--release", "one") == 1
    assert releases.released(folder / "schemas") == {}
