"""A document that was read and put back: nobody's change in between is lost, whoever is quicker."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from kit.embedded import Embedded
from kit.store import Conflict, Store, Work
from tests.service.store.test_units import DOCUMENTS, stores

NAMES = ("ana", "bor", "cene", "draga")


@pytest.fixture
async def replicas(empty: Embedded) -> AsyncIterator[list[Store]]:
    async with stores(empty, 2) as opened:
        yield opened


async def stored(replicas: list[Store], key: str = "a") -> Any:
    return await replicas[0][DOCUMENTS].find_one({"_id": key})


def note(name: str, both_read: asyncio.Barrier | None = None) -> Any:
    """Adds a name to the list in document `a`, as a handler would that knows it only by reading."""
    waited = False

    async def attempt(work: Work) -> None:
        nonlocal waited
        document = await work.get(DOCUMENTS, "a") or {"_id": "a", "names": []}
        if both_read is not None and not waited:
            waited = True
            await both_read.wait()
        document["names"].append(name)
        work.put(DOCUMENTS, document)

    return attempt


@pytest.mark.parametrize("there", [True, False])
async def test_two_replicas_that_read_the_same_document_both_take_effect(replicas: list[Store], there: bool) -> None:
    first, second = replicas
    if there:
        await first.transact(note("before"))
    both = asyncio.Barrier(2)
    await asyncio.gather(first.transact(note("one", both)), second.transact(note("two", both)))
    assert sorted((await stored(replicas))["names"]) == sorted(["one", "two", *["before"] * there])


async def test_many_racing_updates_of_one_document_all_stay(replicas: list[Store]) -> None:
    await asyncio.gather(*(replicas[turn % 2].transact(note(f"{name}{turn}")) for turn in range(4) for name in NAMES))
    assert len((await stored(replicas))["names"]) == 4 * len(NAMES)


async def test_whatever_a_document_holds_it_is_recognised_as_unchanged(replicas: list[Store]) -> None:
    """Money, moments, nothing, lists of parts: as they come back from the store."""
    rich = {
        "_id": {"s": "series", "t": 1},
        "money": {"amount": Decimal("17250.00"), "currency": "EUR"},
        "at": datetime(2026, 11, 24, 8, 0, 0, 123456, tzinfo=UTC),
        "nothing": None,
        "ratio": 0.1,
        "text": "$not a field",
        "parts": [{"b": 1, "a": [True, b"\x00"]}],
    }

    async def create(work: Work) -> None:
        work.put(DOCUMENTS, rich)

    async def again(work: Work) -> None:
        document = await work.get(DOCUMENTS, rich["_id"])
        assert document is not None
        work.put(DOCUMENTS, {**document, "ratio": 0.2})
        work.put(DOCUMENTS, {**document, "ratio": 0.3})

    await replicas[0].transact(create)
    await replicas[1].transact(again)
    kept = await replicas[0][DOCUMENTS].find_one({"_id": rich["_id"]})
    assert (kept["ratio"], kept["money"]["amount"]) == (0.3, Decimal("17250.00"))


async def test_a_document_that_is_changed_again_and_again_is_refused_in_the_end(replicas: list[Store]) -> None:
    await replicas[0].transact(note("before"))

    async def always_late(work: Work) -> None:
        document = await work.get(DOCUMENTS, "a")
        await replicas[1][DOCUMENTS].update_one({"_id": "a"}, {"$push": {"names": "quicker"}})
        work.put(DOCUMENTS, document or {})

    with pytest.raises(Conflict):
        await replicas[0].transact(always_late)
    assert set((await stored(replicas))["names"]) == {"before", "quicker"}


async def test_a_document_is_not_deleted_if_it_changed_since_it_was_read(replicas: list[Store]) -> None:
    await replicas[0].transact(note("before"))

    async def always_late(work: Work) -> None:
        await work.get(DOCUMENTS, "a")
        await replicas[1][DOCUMENTS].update_one({"_id": "a"}, {"$push": {"names": "quicker"}})
        work.delete(DOCUMENTS, "a")

    async def delete(work: Work) -> None:
        await work.get(DOCUMENTS, "a")
        work.delete(DOCUMENTS, "a")

    with pytest.raises(Conflict):
        await replicas[0].transact(always_late)
    await replicas[0].transact(delete)
    assert await stored(replicas) is None


async def test_what_was_found_in_a_query_is_guarded_as_well(replicas: list[Store]) -> None:
    await replicas[0].transact(note("before"))
    both, waited = asyncio.Barrier(2), set[str]()

    def found(name: str) -> Any:
        async def attempt(work: Work) -> None:
            (document,) = await work.find(DOCUMENTS, {"_id": "a"})
            if name not in waited:
                waited.add(name)
                await both.wait()
            work.put(DOCUMENTS, {**document, "names": [*document["names"], name]})

        return attempt

    await asyncio.gather(replicas[0].transact(found("one")), replicas[1].transact(found("two")))
    assert sorted((await stored(replicas))["names"]) == ["before", "one", "two"]


async def test_what_a_unit_writes_to_one_document_keeps_its_order(replicas: list[Store]) -> None:
    async def change(work: Work) -> None:
        document = await work.get(DOCUMENTS, "a") or {"_id": "a", "names": []}
        work.put(DOCUMENTS, {**document, "names": ["put"]})
        work.update(DOCUMENTS, {"_id": "a"}, {"$push": {"names": "pushed"}})

    async def anew(work: Work) -> None:
        await work.get(DOCUMENTS, "a")
        work.delete(DOCUMENTS, "a")
        work.insert(DOCUMENTS, {"_id": "a", "names": ["inserted"]})

    for _ in range(2):
        await replicas[0].transact(change)
        assert (await stored(replicas))["names"] == ["put", "pushed"]
    await replicas[0].transact(anew)
    assert (await stored(replicas))["names"] == ["inserted"]
