"""The live table: who runs, how far behind, what waits, and what could not be asked."""

from __future__ import annotations

import asyncio
import io
from importlib.metadata import version

import pytest
from rich.console import Console

from kit import reach
from kit.bus.handlers import Permanent
from kit.service import load
from kit.settings import Settings
from kit.status import Standing, drawn, look, show
from kit.store import Work
from tests.conftest import running
from tests.service.bus.toys import Changed, changed, envelope, in_short, keeper, letters, say, send, toy
from tests.waiting import until


def written(standing: Standing, *services: str) -> str:
    console = Console(file=io.StringIO(), width=160)
    console.print(drawn(standing, [load(name) for name in services]))
    return str(console.file.getvalue())  # type: ignore[attr-defined]


async def test_a_running_service_and_one_that_does_not_run(settings: Settings) -> None:
    services = [load("funding"), load("notifications")]
    async with running(settings, "funding", "notifications"):

        async def asked() -> Standing | None:
            standing = await look(services, settings)
            return standing if all(standing.asking.values()) else None

        standing = await until(asked)
        assert standing is not None
        assert standing.asking == {"funding": True, "notifications": True}
        assert set(standing.lag.values()) == {0}
        assert standing.unsent == {"funding": 0, "notifications": 0}
        assert standing.runs == {name: {version("cinnabar"): 1} for name in ("funding", "notifications")}
        assert "last mail" in {fact.what for fact in standing.facts["notifications"]}

    async def left() -> Standing | None:
        standing = await look(services, settings)
        return None if any(standing.asking.values()) else standing

    standing = await until(left)
    assert standing is not None
    assert standing.runs == {"funding": {}, "notifications": {}}
    text = written(standing, "funding", "notifications")
    assert "funding_match_new_call" in text


async def test_what_is_behind_unsent_and_given_up(settings: Settings) -> None:
    go_on = asyncio.Event()

    async def stand(event: Changed, work: Work) -> None:
        if event.activity_id == "bad":
            raise Permanent("given_up", "it is a test")
        await go_on.wait()

    services = [toy("actions"), toy("notifications", keeper(first=stand))]
    async with running(in_short(settings, grace_seconds=0.2), *services) as run:
        await send(run.runtime, envelope("bad"), *(envelope(f"e{number}") for number in range(3)))

        async def buried() -> bool:
            return bool(await letters(run.runtime))

        await until(buried)
        standing = await look(services, settings)
        assert standing.lag == {("ACTIONS", "notifications_keep"): 3}
        assert standing.dead == {"notifications": 1}
        await say(run.runtime, changed("a"))
        go_on.set()


async def test_a_server_that_does_not_answer_is_said_and_the_rest_is_shown(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reach, "REACH_SECONDS", 0.5)
    away = in_short(settings, nats_url="nats://127.0.0.1:1")
    standing = await look([load("funding")], away)
    assert "CINNABAR_NATS_URL" in standing.wrong[0]
    assert standing.unsent == {"funding": 0}
    text = written(standing, "funding")
    assert "unknown" in text
    assert not await show([load("funding")], away, None, Console(file=io.StringIO()))
