"""Late and repeated events leave the read model as the events in their order left it."""

from __future__ import annotations

from random import Random

import pytest

from kit.store import Store
from services.reporting.projections import HANDLERS
from services.reporting.store import READ_MODEL
from tests.service.reporting.conftest import hear, read_model
from tests.service.reporting.story import the_story


async def _forget(store: Store) -> None:
    for collection in READ_MODEL:
        await store[collection].delete_many({})


@pytest.mark.parametrize("seed", range(6))
async def test_the_order_and_number_of_deliveries_do_not_matter(store: Store, seed: int) -> None:
    story, random = the_story(), Random(seed)
    await hear(store, story)
    in_order = await read_model(store)
    await _forget(store)

    shuffled = story + random.choices(story, k=len(story) // 2)
    random.shuffle(shuffled)
    await hear(store, shuffled)
    assert await read_model(store) == in_order


async def test_the_story_speaks_of_everything_that_is_heard(store: Store) -> None:
    assert {envelope.contract.type for envelope in the_story()} == {handler.contract.type for handler in HANDLERS}
    await hear(store, the_story())
    assert all((await read_model(store)).values())


async def test_nothing_of_a_person_is_kept(store: Store) -> None:
    await hear(store, the_story())
    assert "maja" not in str(await read_model(store))
