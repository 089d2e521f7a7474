"""A deployment whose manifest somebody edited by hand: its own start says so, and so does the doctor."""

from __future__ import annotations

import logging

import pytest

from kit import agreement
from kit.doctor import examine
from kit.preparing import migrate
from kit.service import load
from kit.settings import Settings
from kit.surroundings import Finding
from tests.conftest import running


async def told(settings: Settings, *services: str) -> dict[str, Finding]:
    return {each.what: each async for each in examine([load(name) for name in services], settings)}


async def test_a_setting_that_was_changed_after_the_deployment_was_prepared(
    settings: Settings, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("sensors", "reporting"):
        await migrate(load(name), settings, print)
    async with running(settings, "sensors"):
        found = await told(settings, "sensors", "reporting")
        assert found["settings"].verdict == "well"
        assert found["versions"].said.endswith("1 processes run")
    by_hand = settings.model_copy(update={"public_url": "https://cinnabar.kranj.example/"})
    monkeypatch.setattr(agreement, "version", lambda name: "0.0.9")
    with caplog.at_level(logging.WARNING, "kit.agreement"):
        async with running(settings, "sensors"), running(by_hand, "reporting"):
            found = await told(settings, "sensors", "reporting")
    said = "CINNABAR_PUBLIC_URL is http://testserver for reporting as prepared; https://cinnabar.kranj.example for this"
    assert said in caplog.text
    assert "release 0.0.9 on what" in caplog.text
    assert found["settings"].verdict == "wrong"
    assert "https://cinnabar.kranj.example for reporting " in found["settings"].said
    assert "kubectl diff" in found["settings"].mend
    assert (found["versions"].verdict, "0.0.9, " in found["versions"].said) == ("look", True)
    assert (await told(settings, "sensors", "reporting"))["settings"].verdict == "well", "who has left counts no more"


async def test_passwords_are_nobodys_to_read(settings: Settings) -> None:
    secret = settings.model_copy(
        update={
            "nats_url": "tls://anna:geheim@a:4222,tls://anna:geheim@b:4222?tlsCAFile=/ca.crt",
            "mongo_url": "mongodb://anna:geheim@c:27017/?authSource=cinnabar_sensors",
        }
    )
    shown = secret.shared()
    assert shown["CINNABAR_NATS_URL"] == "tls://a:4222,tls://b:4222"
    assert shown["CINNABAR_MONGO_URL"] == "mongodb://c:27017"
    assert "geheim" not in str(shown)
    assert "CINNABAR_SECRET" not in shown
