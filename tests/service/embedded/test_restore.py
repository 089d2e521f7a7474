"""What comes back from copies of the data folder: all of it, the streams' lost tail, and what a store had heard."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

from kit.bus.hear_again import hear_again
from kit.bus.resend import Resent, resend
from kit.clock import now, uuid7
from kit.embedded import embedded_servers
from kit.settings import Settings
from tests.conftest import Running, running
from tests.service.bus.toys import changed, effects, keeper, say, sorted_effects, toy
from tests.waiting import until

KEEPER = keeper()


@asynccontextmanager
async def house(folder: Path) -> AsyncIterator[Running]:
    """The servers on that data folder, and two services on them."""
    async with embedded_servers(folder, mail=False) as servers:
        settings = Settings(nats_url=servers.nats_url, mongo_url=servers.mongo_url, data_dir=folder, embedded=True)
        async with running(settings, toy("actions"), toy("notifications", KEEPER)) as run:
            yield run


async def at_rest(run: Running) -> None:
    """Nothing waits for the handler any more."""

    async def nothing_waits() -> bool:
        info = await run.runtime.bus.jetstream.consumer_info("ACTIONS", "notifications_keep")
        return info.num_pending == 0 and info.num_ack_pending == 0

    await until(nothing_waits)


async def test_a_copy_of_the_folder_a_lost_tail_and_an_older_store(tmp_path: Path) -> None:
    began = now() - timedelta(minutes=1)
    async with house(tmp_path / "live") as run:
        await say(run.runtime, changed("before"))
        await sorted_effects(run.runtime, ["before"])
        await at_rest(run)
    shutil.copytree(tmp_path / "live", tmp_path / "backup")
    async with house(tmp_path / "live") as run:
        await say(run.runtime, changed("after"))
        await sorted_effects(run.runtime, ["after", "before"])
        await at_rest(run)

    mixed(tmp_path, "lost_tail", mongo="live", nats="backup")
    async with house(tmp_path / "lost_tail") as run:
        bus, outbox = run.runtime.bus, run.runtime.stores["actions"].outbox
        assert await effects(run.runtime) == ["before", "after"]
        assert await said(run) == 1
        assert await resend(bus.publisher, bus.jetstream, "ACTIONS", outbox, began) == Resent(sent=1, found=1)
        assert await said(run) == 2
        await at_rest(run)
        assert await effects(run.runtime) == ["before", "after"], "what is heard again has no second effect"

    mixed(tmp_path, "older_store", mongo="backup", nats="live")
    async with house(tmp_path / "older_store") as run:
        (spec,) = [each for each in run.runtime.declaration.consumers if each.durable == "notifications_keep"]
        assert await effects(run.runtime) == ["before"]
        for _ in range(2):
            assert await hear_again(run.runtime.bus.jetstream, spec, began, uuid7()) == 2
            await sorted_effects(run.runtime, ["after", "before"])
            await at_rest(run)
        await say(run.runtime, changed("on"))
        await sorted_effects(run.runtime, ["after", "before", "on"])


def mixed(top: Path, name: str, *, mongo: str, nats: str) -> None:
    """A data folder with the documents of one copy and the streams of another."""
    shutil.copytree(top / mongo / "mongo", top / name / "mongo")
    shutil.copytree(top / nats / "nats", top / name / "nats")


async def said(run: Running) -> int:
    info: Any = await run.runtime.bus.jetstream.stream_info("ACTIONS", subjects_filter="cinnabar.>")
    return sum((info.state.subjects or {}).values())
