"""Units of work on a real mongod: all or nothing, once, and none pays for another's failure."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

import pytest
from pydantic import BaseModel, Field
from pymongo.errors import AutoReconnect, DuplicateKeyError

from contracts.envelope import Envelope
from contracts.registry import Event
from kit.clock import uuid7
from kit.embedded import Embedded
from kit.store import Aggregates, AlreadyDone, Client, Collection, Conflict, Index, Store, Work
from kit.store import client as client_module
from kit.store.committer import INBOX
from kit.store.outbox import BODY_LIMIT, OUTBOX, EventTooLarge, Row
from tests.service.bus.toys import changed

DOCUMENTS = Collection("documents", indexes=[Index([("name", 1)], unique=True, where={"name": {"$exists": True}})])


class Counter(BaseModel):
    id: str
    count: int = 0
    version: int = 0
    events: list[Event] = Field(default=[], exclude=True)


COUNTERS = Aggregates("counters", of=Counter, key="id")


@asynccontextmanager
async def stores(servers: Embedded, count: int = 1) -> AsyncIterator[list[Store]]:
    """Several processes' stores on the database of one service."""
    client = Client(servers.mongo_url)
    opened = [Store(client, "toys", "idrija", [DOCUMENTS, COUNTERS]) for _ in range(count)]
    for store in opened:
        await store.start()
    try:
        yield opened
    finally:
        await asyncio.gather(*(store.stop() for store in opened))
        client.close()


@pytest.fixture
async def store(empty: Embedded) -> AsyncIterator[Store]:
    async with stores(empty) as (opened,):
        yield opened


def insert(key: str, **fields: Any) -> Callable[[Work], Any]:
    async def attempt(work: Work) -> str:
        work.insert(DOCUMENTS, {"_id": key, **fields})
        work.emit(changed(key), sequence=1)
        return key

    return attempt


def increment(key: str) -> Callable[[Work], Any]:
    async def attempt(work: Work) -> int:
        counter = await work.load(COUNTERS, key) or Counter(id=key)
        counter.events.append(changed(key))
        return work.save(COUNTERS, counter.model_copy(update={"count": counter.count + 1})).count

    return attempt


async def count(store: Store, collection: Collection, **query: Any) -> int:
    return int(await store[collection].count_documents(query))


def cause(subject: str) -> Envelope:
    event_id = uuid7()
    return Envelope(event_id, "idrija", subject, 1, datetime.now(UTC), changed(subject), correlation_id=event_id)


async def test_state_events_and_inbox_become_durable_together(store: Store) -> None:
    told: list[Row] = []
    store.watchers.append(told.extend)
    assert await store.transact(insert("a"), inbox_id="keep:1") == "a"
    assert [await count(store, where) for where in (DOCUMENTS, OUTBOX, INBOX)] == [1, 1, 1]
    row = await store[OUTBOX].find_one({})
    assert (row["state"], row["claimed_by"]) == ("claimed", store.owner)
    assert [one.id for one in told] == [row["_id"]]


@pytest.mark.parametrize("spoil", ["state", "code"])
async def test_a_unit_that_fails_leaves_nothing_at_all(store: Store, spoil: str) -> None:
    told: list[Row] = []
    store.watchers.append(told.extend)
    await store[DOCUMENTS].insert_one({"_id": "taken", "name": "taken"})

    async def attempt(work: Work) -> None:
        work.insert(DOCUMENTS, {"_id": "first"})
        work.emit(changed("first"), sequence=1)
        if spoil == "code":
            raise ValueError("spoiled")
        work.insert(DOCUMENTS, {"_id": "second", "name": "taken"})

    with pytest.raises((Conflict, ValueError)):
        await store.transact(attempt, inbox_id="keep:1")
    assert [await count(store, where) for where in (DOCUMENTS, OUTBOX, INBOX)] == [1, 0, 0]
    assert told == []


async def test_a_repeat_has_no_effect_and_says_so(store: Store) -> None:
    await store.transact(insert("a"), inbox_id="keep:1")
    with pytest.raises(AlreadyDone):
        await store.transact(insert("b"), inbox_id="keep:1")
    await store.transact(insert("c"), inbox_id="other:1")
    assert [await count(store, where) for where in (DOCUMENTS, OUTBOX, INBOX)] == [2, 2, 2]


async def test_many_units_share_one_transaction(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    transactions = count_transactions(monkeypatch)
    await asyncio.gather(*(store.transact(insert(f"d{number}")) for number in range(100)))
    assert await count(store, DOCUMENTS) == 100
    assert len(transactions) < 20


def count_transactions(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    begun: list[str] = []
    transaction = Client.transaction

    def counted(self: Client) -> Any:
        begun.append("begun")
        return transaction(self)

    monkeypatch.setattr(Client, "transaction", counted)
    return begun


async def test_a_bad_unit_harms_only_itself(store: Store) -> None:
    await store[DOCUMENTS].insert_one({"_id": "taken", "name": "taken"})
    units = [insert(f"d{number}") for number in range(50)]
    units[20], units[40] = insert("x", name="taken"), insert("y", text=object())
    results = await asyncio.gather(*(store.transact(unit) for unit in units), return_exceptions=True)
    assert [number for number, result in enumerate(results) if isinstance(result, Exception)] == [20, 40]
    assert await count(store, DOCUMENTS) == 49
    assert await count(store, OUTBOX) == 48


async def test_repeats_do_not_dissolve_the_group_they_came_in(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    await asyncio.gather(*(store.transact(insert(f"d{n}"), inbox_id=f"keep:{n}") for n in range(0, 50, 2)))
    transactions = count_transactions(monkeypatch)
    results = await asyncio.gather(
        *(store.transact(insert(f"d{n}"), inbox_id=f"keep:{n}") for n in range(50)), return_exceptions=True
    )
    assert [isinstance(result, AlreadyDone) for result in results] == [n % 2 == 0 for n in range(50)]
    assert await count(store, DOCUMENTS) == 50
    assert len(transactions) < 10


async def test_concurrent_changes_of_one_aggregate_all_count(store: Store) -> None:
    results = await asyncio.gather(*(store.transact(increment("a")) for _ in range(30)))
    assert sorted(results) == list(range(1, 31))
    sequences = sorted([row["_id"] for row in await store[OUTBOX].find({}).to_list(None)])
    assert len(sequences) == 30


async def test_several_processes_on_one_database_lose_no_change(empty: Embedded) -> None:
    async with stores(empty, 3) as opened:
        keys = ["a", "b", "c"]
        results = await asyncio.gather(
            *(store.transact(increment(key)) for store in opened for key in keys for _ in range(4)),
            return_exceptions=True,
        )
        done = [result for result in results if isinstance(result, int)]
        refused = [result for result in results if isinstance(result, BaseException)]
        assert all(isinstance(result, Conflict) for result in refused)
        found = await opened[0][COUNTERS].find({}).to_list(None)
        assert sum(document["count"] for document in found) == len(done)
        assert await count(opened[0], OUTBOX) == len(done)


async def test_one_event_heard_by_several_processes_takes_effect_once(empty: Embedded) -> None:
    async with stores(empty, 3) as opened:
        results = await asyncio.gather(
            *(store.transact(insert(uuid7()), inbox_id=f"keep:{n}") for n in range(20) for store in opened),
            return_exceptions=True,
        )
        assert sum(isinstance(result, str) for result in results) == 20
        assert sum(isinstance(result, AlreadyDone) for result in results) == 40
        assert [await count(opened[0], where) for where in (DOCUMENTS, OUTBOX, INBOX)] == [20, 20, 20]


async def test_a_conflict_that_never_ends_is_told(store: Store) -> None:
    async def attempt(work: Work) -> None:
        counter = Counter(id="a", version=7)
        work.save(COUNTERS, counter)

    with pytest.raises(Conflict):
        await store.transact(attempt)


async def test_a_commit_of_unknown_outcome_is_not_simply_run_again(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without an inbox id a second run could double what the first one did after all."""
    commit = client_module._commit
    runs: list[str] = []

    async def committed_but_the_answer_got_lost(session: Any) -> None:
        await commit(session)
        error = AutoReconnect("connection closed")
        error._add_error_label("UnknownTransactionCommitResult")
        raise error

    def create(number: int) -> Callable[[Work], Any]:
        async def attempt(work: Work) -> None:
            runs.append(f"run {number}")
            work.insert(DOCUMENTS, {"_id": uuid7()})

        return attempt

    monkeypatch.setattr(client_module, "_commit", committed_but_the_answer_got_lost)
    results = await asyncio.gather(*(store.transact(create(n)) for n in range(3)), return_exceptions=True)
    assert all(isinstance(result, AutoReconnect) for result in results)
    assert await count(store, DOCUMENTS) == 3
    assert sorted(runs) == ["run 0", "run 1", "run 2"]


async def test_a_commit_whose_answer_got_lost_is_asked_for_again(store: Store) -> None:
    asked: list[str] = []

    class Session:
        async def commit_transaction(self) -> None:
            asked.append("asked")
            if len(asked) < client_module.COMMIT_TRIES:
                error = AutoReconnect("connection closed")
                error._add_error_label("UnknownTransactionCommitResult")
                raise error

    await client_module._commit(Session())
    assert len(asked) == client_module.COMMIT_TRIES


async def test_a_watcher_that_fails_undoes_nothing(store: Store) -> None:
    told: list[Row] = []

    def fail(rows: list[Row]) -> None:
        raise ValueError("watcher")

    store.watchers[:] = [fail, told.extend]
    await asyncio.gather(*(store.transact(insert(f"d{number}")) for number in range(5)))
    assert await count(store, DOCUMENTS) == 5
    assert len(told) == 5


async def test_an_event_nobody_would_accept_spoils_only_its_own_unit(store: Store) -> None:
    async def shout(work: Work) -> None:
        work.insert(DOCUMENTS, {"_id": "loud"})
        work.emit(changed("loud", "x" * BODY_LIMIT), sequence=1)

    results = await asyncio.gather(
        store.transact(shout), *(store.transact(insert(f"d{n}")) for n in range(5)), return_exceptions=True
    )
    assert isinstance(results[0], EventTooLarge)
    assert await count(store, DOCUMENTS) == 5


async def test_two_events_of_one_entity_are_never_committed_together(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    groups: list[list[str]] = []
    commit = store._committer._commit

    async def noted(group: list[Work], rows: list[Row]) -> None:
        groups.append([work.cause.subject for work in group if work.cause])
        await commit(group, rows)

    monkeypatch.setattr(store._committer, "_commit", noted)
    causes = [cause(f"entity{number % 4}") for number in range(40)]
    await asyncio.gather(*(store.transact(insert(uuid7()), cause=one, inbox_id=f"keep:{one.id}") for one in causes))
    assert sum(len(group) for group in groups) == 40
    assert all(len(group) == len(set(group)) for group in groups)


async def test_a_failed_handler_run_alone_does_not_wait_for_slow_neighbours(store: Store) -> None:
    """While one unit thinks for long in its second run, others go on committing."""
    await store[DOCUMENTS].insert_one({"_id": "taken", "name": "taken"})
    runs, thinking = 0, asyncio.Event()

    async def slow_at_second_run(work: Work) -> None:
        nonlocal runs
        runs += 1
        if runs == 2:
            thinking.set()
            await asyncio.Event().wait()
        work.insert(DOCUMENTS, {"_id": "x", "name": "taken"})

    slow = asyncio.create_task(store.transact(slow_at_second_run))
    await asyncio.wait_for(thinking.wait(), 30)
    await asyncio.wait_for(store.transact(insert("meanwhile")), 30)
    slow.cancel()
    await asyncio.gather(slow, return_exceptions=True)
    assert await count(store, DOCUMENTS) == 2


async def test_stopping_waits_for_what_is_under_way(empty: Embedded) -> None:
    async with stores(empty) as (opened,):
        begun = asyncio.Event()

        async def take_a_moment(work: Work) -> None:
            begun.set()
            await asyncio.sleep(0.2)
            work.insert(DOCUMENTS, {"_id": "a"})

        under_way = asyncio.create_task(opened.transact(take_a_moment))
        await begun.wait()
        await opened.stop()
        await under_way
        assert await count(opened, DOCUMENTS) == 1


async def test_a_unit_that_does_nothing_costs_nothing(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    transactions = count_transactions(monkeypatch)

    async def look(work: Work) -> int:
        return len(await work.find(DOCUMENTS, {}))

    assert await store.transact(look) == 0
    assert transactions == []


async def test_what_a_test_writes_beside_the_store_is_seen_as_a_duplicate(store: Store) -> None:
    await store[DOCUMENTS].insert_one({"_id": "a"})
    with pytest.raises(Conflict) as refused:
        await store.transact(insert("a"))
    assert "gave way" in str(refused.value)
    with pytest.raises(DuplicateKeyError):
        await store[DOCUMENTS].insert_one({"_id": "a"})


async def test_replicas_that_start_at_the_same_moment_on_a_new_database_all_start(empty: Embedded) -> None:
    things = [Collection(f"things_{number}", indexes=[Index([("one", 1)])]) for number in range(20)]
    clients = [Client(empty.mongo_url) for _ in range(6)]
    replicas = [Store(client, "toys", "idrija", things) for client in clients]
    try:
        await asyncio.gather(*(each.start() for each in replicas))
        assert await replicas[0].missing_indexes() == []
    finally:
        await asyncio.gather(*(each.stop() for each in replicas))
        for client in clients:
            client.close()
