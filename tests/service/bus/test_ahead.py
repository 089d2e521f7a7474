"""A store that came back from an older copy: what it says next is heard, and what it forgot is noticed."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from pydantic import BaseModel, Field

from contracts.envelope import decode
from kit.bus.ahead import go_on_above
from kit.clock import now
from kit.service import Service
from kit.settings import Settings
from kit.store import Aggregates, Store, Work
from kit.store.outbox import OUTBOX
from kit.surroundings import store_and_stream
from tests.conftest import Running, running
from tests.service.bus.toys import EFFECTS, changed, keeper, sorted_effects, toy


class Thing(BaseModel):
    """Something whose every change is said."""

    thing_id: str
    version: int = 0
    events: list[Any] = Field(default_factory=list)

    def change(self) -> Thing:
        return self.model_copy(update={"events": [changed(self.thing_id)]})


THINGS = Aggregates("things", of=Thing, key="thing_id")


def houses() -> tuple[Service, Service]:
    """One that speaks, and one that passes over what is older than what it has heard."""
    return replace(toy("actions"), collections=[EFFECTS, THINGS]), toy("notifications", keeper(latest=True))


async def change(run: Running, key: str) -> None:
    async def attempt(work: Work) -> None:
        work.save(THINGS, (await work.load(THINGS, key) or Thing(thing_id=key)).change())

    await run.runtime.stores["actions"].transact(attempt)


async def sequences(run: Running, key: str) -> list[int]:
    found = run.runtime.stores["notifications"][EFFECTS].find({"key": key}, sort=[("_id", 1)])
    return [document["sequence"] async for document in found]


async def forget(store: Store, key: str, *, after: int) -> None:
    """Take the store back to where it had said `after` versions of this thing."""
    rows = await store[OUTBOX].find({}).sort("_id", 1).to_list(None)
    of_it = [row["_id"] for row in rows if decode(bytes(row["body"])).subject == key]
    await store[OUTBOX].delete_many({"_id": {"$in": of_it[after:]}})
    if after:
        await store[THINGS].update_one({"_id": key}, {"$set": {"version": after}})
    else:
        await store[THINGS].delete_one({"_id": key})


async def test_what_an_older_store_says_next_follows_on_what_it_had_said(settings: Settings) -> None:
    began = now() - timedelta(minutes=1)
    async with running(settings, *houses()) as run:
        for key in ("old", "old", "old", "new", "new", "same"):
            await change(run, key)
        await sorted_effects(run.runtime, ["new", "new", "old", "old", "old", "same"])
        store, jetstream = run.runtime.stores["actions"], run.runtime.bus.jetstream
        assert await go_on_above(jetstream, store, began) == 0
        await forget(store, "old", after=1)
        await forget(store, "new", after=0)
    async with running(settings, *houses()) as run:
        store, jetstream = run.runtime.stores["actions"], run.runtime.bus.jetstream
        assert await go_on_above(jetstream, store, began) == 2
        assert await go_on_above(jetstream, store, began) == 0
    async with running(settings, *houses()) as run:
        for key in ("old", "new", "same"):
            await change(run, key)
        await sorted_effects(run.runtime, ["new", "new", "new", "old", "old", "old", "old", "same", "same"])
        assert (await sequences(run, "old"))[-1] == 4
        assert (await sequences(run, "new"))[-1] == 3
        assert await sequences(run, "same") == [1, 2]
        assert await go_on_above(run.runtime.bus.jetstream, run.runtime.stores["actions"], began) == 0


async def test_a_store_that_forgot_the_newest_is_noticed_until_it_goes_on_above(settings: Settings) -> None:
    began = now() - timedelta(minutes=1)
    async with running(settings, *houses()) as run:
        store, jetstream = run.runtime.stores["actions"], run.runtime.bus.jetstream
        assert (await store_and_stream(jetstream, store)).verdict == "well", "nothing was said yet"
        for _ in range(2):
            await change(run, "old")
        await sorted_effects(run.runtime, ["old", "old"])
        await forget(store, "old", after=1)
    async with running(settings, *houses()) as run:
        store, jetstream = run.runtime.stores["actions"], run.runtime.bus.jetstream
        found = await store_and_stream(jetstream, store)
        assert (found.verdict, "hear-again actions" in found.mend) == ("wrong", True)
        assert await go_on_above(jetstream, store, began) == 1
    async with running(settings, *houses()) as run:
        found = await store_and_stream(run.runtime.bus.jetstream, run.runtime.stores["actions"])
        assert found.verdict == "well"
