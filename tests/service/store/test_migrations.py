"""Migrations: killed and resumed, two at once, beside a writer, looked at beforehand, and missed by who would start."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from kit.bus.provision import provision
from kit.doctor import examine
from kit.reach import connected
from kit.runtime import declaration_of
from kit.service import load
from kit.settings import Settings
from kit.store import Client, Collection, Migration, Store
from kit.store.migrations import LEASE, MIGRATIONS, LostLease, Migrator
from tests.conftest import running

REPOSITORY = Path(__file__).parents[3]
THINGS = Collection("things")
THEN = datetime(2026, 3, 1, tzinfo=UTC)
Document = dict[str, Any]


def doubled(document: Document, now: datetime) -> Document:
    return {"$set": {"double": document["one"] * 2}, "$inc": {"times": 1}}


DOUBLE = Migration(1, "doubles", THINGS, {"double": {"$exists": False}}, doubled)
FORGET = Migration(2, "no ones", THINGS, {"one": {"$exists": True}}, lambda *_: {"$unset": {"one": ""}}, "contract")


@asynccontextmanager
async def toys(settings: Settings, count: int) -> AsyncIterator[tuple[Client, Store]]:
    """A store of that many old documents."""
    client = Client(settings.mongo_url)
    store = Store(client, "toy", "idrija", [THINGS])
    await store.start()
    try:
        if count:
            await store[THINGS].insert_many([{"_id": f"{number:05d}", "one": number} for number in range(count)])
        yield client, store
    finally:
        await store.stop()
        client.close()


def call_of_0_1_0(number: int) -> Document:
    """A call as release 0.1.0 stored it: no search words, no readings, no next deadline."""
    deadline = {"at": THEN + timedelta(days=400), "kind": "single"}
    return {
        "_id": f"call-{number:05d}",
        "call_id": f"call-{number:05d}",
        "version": 1,
        "source": "by-hand",
        "key": f"old-{number}",
        "title": f"Javni razpis za obnovo vodovodov {number}",
        "status": "open",
        "deadlines": [deadline] if number % 2 else [],
        "announced": True,
        "first_seen_at": THEN,
        "last_seen_at": THEN,
        "last_changed_at": THEN,
    }


def cinnabar(settings: Settings, *command: str) -> subprocess.CompletedProcess[str]:
    given = {"NATS_URL": settings.nats_url, "MONGO_URL": settings.mongo_url, "DATA_DIR": str(settings.data_dir)}
    environment = os.environ | {f"CINNABAR_{name}": value for name, value in given.items()}
    return subprocess.run(
        [sys.executable, "-m", "tests.chaos.process", *command],
        env=environment,
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


async def test_killed_in_the_middle_it_goes_on_where_it_was(settings: Settings) -> None:
    client = Client(settings.mongo_url)
    calls = client.database("cinnabar_funding")["calls"]
    await calls.insert_many([call_of_0_1_0(number) for number in range(700)])

    planned = await asyncio.to_thread(cinnabar, settings, "--", "migrate", "--dry-run", "funding")
    assert "700 of 700 documents in calls" in planned.stdout, planned.stderr
    assert await calls.count_documents({"words": {"$exists": True}}) == 0

    killed = await asyncio.to_thread(cinnabar, settings, "--die", "migrating:3", "--", "migrate", "funding")
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    assert await calls.count_documents({"words": {"$exists": True}}) == 400, "the third batch left nothing behind"

    notes = client.database("cinnabar_funding")[MIGRATIONS.name]
    await notes.update_one({"_id": LEASE}, {"$set": {"held_until": THEN}})  # the dead one's lease has run out
    resumed = await asyncio.to_thread(cinnabar, settings, "--", "migrate", "funding")
    assert "goes on after 400 documents" in resumed.stdout, resumed.stderr
    whole = {"words": {"$exists": True}, "readings.0": {"$exists": True}, "next_deadline": {"$exists": True}}
    assert await calls.count_documents(whole) == 700
    assert (await notes.find_one({"_id": 1}))["changed"] == 700
    client.close()


async def test_a_service_says_what_it_misses_and_finds_old_calls_after_it(settings: Settings) -> None:
    client = Client(settings.mongo_url)
    await client.database("cinnabar_funding")["calls"].insert_one(call_of_0_1_0(1))
    client.close()
    funding = load("funding")
    async with connected(settings, "test") as bus:
        await provision(bus.jetstream, declaration_of([funding], settings))
    alone = settings.model_copy(update={"embedded": False})
    with pytest.raises(RuntimeError, match="run `cinnabar migrate funding`: step 1 search words"):
        async with running(alone, "funding"):
            pass
    waited = await asyncio.to_thread(cinnabar, settings, "--", "wait", "funding", "--seconds", "0")
    assert "run `cinnabar migrate funding`" in waited.stdout, waited.stderr
    mends = [each.mend for each in [each async for each in examine([funding], settings)] if each.verdict == "wrong"]
    assert "cinnabar migrate funding" in mends

    async with running(settings, "funding") as system:
        found = await system.http.get("/api/funding/calls?q=vodovod", headers=system.as_("officer"))
    assert [call["id"] for call in found.json()["items"]] == ["call-00001"]


async def test_two_at_once_change_each_document_once(settings: Settings) -> None:
    async with toys(settings, 500) as (client, store):
        said: list[str] = []
        both = [Migrator(client, store, [DOUBLE], batch=50) for _ in range(2)]
        await asyncio.gather(*(each.run(said.append) for each in both))
        assert await store[THINGS].count_documents({"times": 1}) == 500
        assert said.count("step 1 doubles: 500 documents") == 1


async def test_who_lost_the_lease_writes_nothing(settings: Settings) -> None:
    async with toys(settings, 100) as (client, store):
        slept = Migrator(client, store, [DOUBLE])
        await slept._take(print)
        await store.database[MIGRATIONS.name].update_one({"_id": LEASE}, {"$set": {"holder": "another"}})
        with pytest.raises(LostLease):
            await slept._step(DOUBLE, print)
        assert await store[THINGS].count_documents({"double": {"$exists": True}}) == 0


async def test_it_runs_beside_a_service_that_writes_the_same_documents(settings: Settings) -> None:
    async with toys(settings, 300) as (client, store):

        async def write() -> None:
            for number in range(0, 300, 3):
                await store[THINGS].update_one({"_id": f"{number:05d}"}, {"$set": {"touched": True}})

        await asyncio.gather(Migrator(client, store, [DOUBLE], batch=30).run(print), write())
        assert await store[THINGS].count_documents({"times": 1}) == 300
        assert await store[THINGS].count_documents({"touched": True}) == 100


async def test_what_an_old_version_writes_later_is_taken_up_by_the_next_run(settings: Settings) -> None:
    async with toys(settings, 10) as (client, store):
        await Migrator(client, store, [DOUBLE]).run(print)
        await store[THINGS].insert_one({"_id": "from the old version", "one": 7})
        assert await Migrator(client, store, [DOUBLE]).outstanding() == []
        said: list[str] = []
        await Migrator(client, store, [DOUBLE]).run(said.append)
        assert said == ["step 1 doubles: 1 documents"]


async def test_a_document_that_cannot_be_changed_stays_and_says_why(settings: Settings) -> None:
    async with toys(settings, 3) as (client, store):
        await store[THINGS].insert_one({"_id": "00001b"})
        said: list[str] = []
        await Migrator(client, store, [DOUBLE], batch=2).run(said.append)
        assert said == ["step 1 doubles: 3 documents", "step 1 doubles: 00001b stays as it is: KeyError: 'one'"]


async def test_contraction_is_asked_for_and_the_version_before_does_not_start_after_it(settings: Settings) -> None:
    async with toys(settings, 5) as (client, store):
        said: list[str] = []
        await Migrator(client, store, [DOUBLE, FORGET]).run(said.append)
        assert "step 2 no ones waits for --contract, once no older version runs" in said
        assert await Migrator(client, store, [DOUBLE]).outstanding() == []
        await Migrator(client, store, [DOUBLE, FORGET]).run(print, contract=True)
        assert await store[THINGS].count_documents({"one": {"$exists": True}}) == 0
        (reason,) = await Migrator(client, store, [DOUBLE]).outstanding()
        assert "step 2 (no ones) of a later version" in reason
        with pytest.raises(RuntimeError, match="go forward again"):
            await Migrator(client, store, [DOUBLE]).run(print)


def test_steps_are_numbered_in_order() -> None:
    with pytest.raises(ValueError, match="ascending"):
        Migrator(None, Store(Client("mongodb://127.0.0.1:1"), "toy", "idrija", []), [FORGET, DOUBLE])  # type: ignore[arg-type]
