"""The short form: one node of each server, each service killed once, in rough weather, in about a minute."""

from __future__ import annotations

from pathlib import Path

from tests.chaos.conftest import Tell
from tests.chaos.faults import short_list
from tests.chaos.ordeal import endure
from tests.chaos.world import world


async def test_nothing_is_lost_and_nothing_happens_twice(tmp_path: Path, seed: int, tell: Tell) -> None:
    async with world(tmp_path, rough=seed) as running:
        outcome = await endure(running, seed, short_list(), rate=15, gap=1, patience=60)
    tell(outcome, *outcome.wrong)
    assert outcome.accepted > 50
    assert outcome.wrong == []
