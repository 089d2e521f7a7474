"""The long form: everything that can go wrong, again and again, for as many minutes as asked for."""

from __future__ import annotations

from pathlib import Path

from kit.service import NAMES
from tests.chaos.conftest import Tell
from tests.chaos.faults import PAST_THE_WINDOW_SECONDS, kill, kill_nats, long_list
from tests.chaos.ordeal import Outcome, endure
from tests.chaos.versions import code_before, roll
from tests.chaos.world import REPOSITORY, world

PATIENCE = 420  # the product's own waits: a lease of two minutes, a retry of ten, redelivery after half a minute


def judge(outcome: Outcome, tell: Tell) -> None:
    tell(outcome, *outcome.wrong)
    assert outcome.accepted > 100
    assert outcome.wrong == []


async def test_one_node_of_each_server(tmp_path: Path, seed: int, minutes: float, tell: Tell) -> None:
    async with world(tmp_path, brisk=False) as running:
        judge(await endure(running, seed, long_list(), minutes=minutes, rate=8, gap=4, patience=PATIENCE), tell)


async def test_three_nodes_of_each_server_and_one_of_them_dies(
    tmp_path: Path, seed: int, minutes: float, tell: Tell
) -> None:
    async with world(tmp_path, brisk=False, nodes=3) as running:
        judge(await endure(running, seed, long_list(), minutes=minutes / 4, rate=6, gap=3, patience=PATIENCE), tell)


async def test_three_replicas_of_each_service(tmp_path: Path, seed: int, minutes: float, tell: Tell) -> None:
    async with world(tmp_path, brisk=False, replicas=3) as running:
        everything = [*long_list(), *(kill(f"{name}-{number}") for name in NAMES for number in (2, 3))]
        judge(await endure(running, seed, everything, minutes=minutes / 4, rate=6, gap=3, patience=PATIENCE), tell)


async def test_deliveries_come_late_twice_and_out_of_order_and_answers_get_lost(
    tmp_path: Path, seed: int, minutes: float, tell: Tell
) -> None:
    async with world(tmp_path, rough=seed) as running:
        judge(await endure(running, seed, long_list(), minutes=minutes / 4, rate=6, gap=4, patience=PATIENCE), tell)


async def test_nats_is_away_for_longer_than_it_remembers_ids(
    tmp_path: Path, seed: int, minutes: float, tell: Tell
) -> None:
    """What was published just before and not acknowledged may then be in a stream twice; effects may not."""
    async with world(tmp_path) as running:
        outcome = await endure(
            running, seed, [kill_nats(PAST_THE_WINDOW_SECONDS)], rate=6, gap=8, patience=PATIENCE, repeats_allowed=True
        )
        judge(outcome, tell)


async def test_up_to_this_version_and_all_the_way_back_and_up_again(
    tmp_path: Path, seed: int, minutes: float, tell: Tell
) -> None:
    before = code_before(tmp_path / "before")
    async with world(tmp_path, code=before, replicas=2, brisk=False) as running:
        steps = roll((REPOSITORY, NAMES), (before, NAMES), (REPOSITORY, NAMES))
        judge(await endure(running, seed, [steps], rate=10, gap=5, patience=PATIENCE), tell)
