"""The arithmetic of the simulation, held against what queues are known to do."""

from __future__ import annotations

from random import Random

import pytest

from bench.scale import BUSIEST_HOUR, Cost, cores_needed, waits

HOURLY = sum(BUSIEST_HOUR.values())


def every(seconds: float) -> dict[str, Cost]:
    return {kind: Cost(seconds / 2, seconds / 2) for kind in BUSIEST_HOUR}


def test_nobody_waits_where_a_core_is_always_free() -> None:
    assert waits(every(0.01), 1, 50, Random(1)) == 0


def test_the_wait_is_that_of_a_queue_with_one_server_and_even_service() -> None:
    """M/D/1 at 80 %: P(W > t) tends to (1 - r) / (r e^s - 1) e^(-s t), where r (e^s - 1) = s: p99 is 10.35 services."""
    service = 0.8 / (HOURLY / 3600)
    assert waits(every(service), 1, 1, Random(1)) / service == pytest.approx(10.35, rel=0.15)


def test_no_fewer_cores_than_there_is_work_and_little_more_where_there_is_much() -> None:
    assert cores_needed(every(0.01), 1, Random(1)) == 1
    work = 100_000 * HOURLY / 3600 * 0.02
    assert work <= cores_needed(every(0.02), 100_000, Random(1)) <= 1.15 * work
