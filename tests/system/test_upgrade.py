"""From the version before to this one under load, and one service back, by processes of both versions.

It takes more than a minute, so `make chaos` runs it. All services back and up again, with two replicas of each, is in
tests/chaos/test_long.py.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
from pymongo import AsyncMongoClient

from kit.service import NAMES
from tests.chaos.ordeal import endure
from tests.chaos.versions import code_before, roll
from tests.chaos.world import REPOSITORY, world


@pytest.mark.skipif("CINNABAR_CHAOS_MINUTES" not in os.environ, reason="the upgrade under load runs by `make chaos`")
async def test_nothing_is_lost_on_the_way_up_and_back(tmp_path: Path) -> None:
    before = code_before(tmp_path / "before")
    async with world(tmp_path, code=before) as running:
        steps = roll((REPOSITORY, NAMES), (before, ["sensors"]))
        outcome = await endure(running, 7, [steps], rate=15, gap=1, patience=60)
        assert outcome.wrong == []
        assert outcome.accepted > 50
        async with AsyncMongoClient[dict[str, Any]](running.mongo.url) as mongo:
            funding = mongo["cinnabar_funding"]
            migrated = await funding["migrations"].find_one({"_id": 1})
            assert migrated is not None
            assert migrated["state"] == "done"
            # Old processes wrote on while the prepare job ran: the next run takes that up.
            await running.cinnabar(REPOSITORY, "migrate funding")
            assert await funding["calls"].count_documents({"words": {"$exists": False}}) == 0
