"""Which server does not answer is said within seconds, and a process that cannot start ends."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import pytest

from kit import reach
from kit.bus.bus import Bus
from kit.embedded import Embedded
from kit.embedded.processes import free_port
from kit.http.app import create_app
from kit.runtime import Runtime
from kit.settings import Settings
from tests.conftest import running
from tests.service.bus.toys import effects, envelope, in_short, keeper, send, toy
from tests.waiting import until


@pytest.fixture
def nobody() -> str:
    """An address at which nobody listens."""
    return f"nats://anna:secret@127.0.0.1:{free_port()}"


async def test_every_server_that_does_not_answer_is_named_without_its_password(
    settings: Settings, nobody: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reach, "REACH_SECONDS", 0.5)
    mongo = f"mongodb://anna:secret@127.0.0.1:{free_port()}"
    runtime = Runtime([toy("notifications")], in_short(settings, nats_url=nobody, mongo_url=mongo))
    with pytest.raises(RuntimeError) as told:
        await runtime.start()
    await runtime.stop()
    for words in (reach.without_passwords(nobody), "CINNABAR_NATS_URL", "CINNABAR_MONGO_URL"):
        assert words in str(told.value)
    assert "secret" not in str(told.value)


def test_a_process_without_its_server_ends_and_says_why(empty: Embedded, nobody: str) -> None:
    environment = {"CINNABAR_NATS_URL": nobody, "CINNABAR_MONGO_URL": empty.mongo_url, "CINNABAR_PORT": "0"}
    impatient = "from kit import cli, reach; reach.REACH_SECONDS = 0.5; cli.main()"
    command = [sys.executable, "-c", impatient, "run", "funding"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert f"NATS cannot be used at {reach.without_passwords(nobody)}" in done.stderr
    assert "refused" in done.stderr
    assert "check CINNABAR_NATS_URL" in done.stderr


async def test_one_address_of_several_that_answers_is_enough(settings: Settings, nobody: str) -> None:
    several = in_short(settings, nats_url=f"{nobody}, {settings.nats_url}")
    async with running(several, toy("notifications", keeper())) as run:
        await send(run.runtime, envelope("a"))

        async def handled() -> Any:
            return await effects(run.runtime)

        assert await until(handled) == ["a"]


async def test_a_command_at_the_terminal_does_not_wait_for_ever(
    settings: Settings, nobody: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reach, "REACH_SECONDS", 0.5)
    with pytest.raises(RuntimeError, match="NATS cannot be used"):
        async with reach.connected(in_short(settings, nats_url=nobody), "test"):
            pass


async def test_whatever_ends_the_application_ends_its_runtime(settings: Settings) -> None:
    """A test body that fails inside the lifespan leaves no consumer behind that takes the next one's events."""
    runtime = Runtime([toy("notifications", keeper())], settings)
    app = create_app(runtime)
    with pytest.raises(ZeroDivisionError):
        async with app.router.lifespan_context(app):
            raise ZeroDivisionError
    assert runtime.bus.client.is_closed


async def test_a_start_that_fails_leaves_no_connection(settings: Settings) -> None:
    runtime = Runtime([toy("notifications", keeper())], in_short(settings, embedded=False))
    app = create_app(runtime)
    with pytest.raises(RuntimeError, match="cinnabar provision"):
        async with app.router.lifespan_context(app):
            pass
    assert runtime.bus.client.is_closed
    assert isinstance(runtime.failure, RuntimeError)
    assert isinstance(runtime.bus, Bus)
