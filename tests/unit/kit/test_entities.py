"""One delivery of an entity at a time, in order of arrival, and nothing kept of entities that are done."""

from __future__ import annotations

import asyncio
from collections import defaultdict

from hypothesis import given
from hypothesis import strategies as st

from kit.bus.entities import Entities

plans = st.lists(st.tuples(st.integers(0, 4), st.integers(0, 3), st.booleans()), max_size=30)


@given(plans)
def test_any_mix_of_entities_lengths_and_failures(plan: list[tuple[int, int, bool]]) -> None:
    asyncio.run(_run(plan))


async def _run(plan: list[tuple[int, int, bool]]) -> None:
    entities = Entities()
    inside: defaultdict[str, int] = defaultdict(int)
    order: defaultdict[str, list[int]] = defaultdict(list)

    async def deliver(number: int, entity: str, turns: int, fails: bool) -> None:
        async with entities.one_at_a_time(entity):
            inside[entity] += 1
            assert inside[entity] == 1
            order[entity].append(number)
            for _ in range(turns):
                await asyncio.sleep(0)
            inside[entity] -= 1
            if fails:
                raise ValueError("failed")

    tasks = [
        asyncio.ensure_future(deliver(number, str(entity), turns, fails))
        for number, (entity, turns, fails) in enumerate(plan)
    ]
    await asyncio.gather(*tasks, return_exceptions=True)
    assert [task.exception() is not None for task in tasks] == [fails for _, _, fails in plan]
    assert all(numbers == sorted(numbers) for numbers in order.values())
    assert len(entities) == 0


async def test_who_gives_up_waiting_leaves_nothing_behind() -> None:
    entities = Entities()
    async with entities.one_at_a_time("a"):
        waiting = asyncio.ensure_future(_enter(entities, "a"))
        await asyncio.sleep(0)
        waiting.cancel()
        await asyncio.gather(waiting, return_exceptions=True)
        await _enter(entities, "b")
    assert len(entities) == 0


async def _enter(entities: Entities, entity: str) -> None:
    async with entities.one_at_a_time(entity):
        pass
