"""Jobs: once across all replicas, taken over from the dead, and never committed by who has lost the lease."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack
from typing import Any

import pytest

from kit import jobs
from kit.bus.declaration import LEASES
from kit.jobs import Jobs, Lease
from kit.service import Context, Job
from kit.settings import Settings
from kit.store import Conflict, Work
from kit.store.fences import raise_fence
from tests.conftest import running
from tests.service.bus.toys import EFFECTS, effects, toy
from tests.waiting import until


@pytest.fixture(autouse=True)
def short_leases(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Jobs.__init__, "__defaults__", (0.6,))


def tally(every: float, runs: list[str], hold: float = 0.0) -> Job:
    async def run(context: Context) -> None:
        runs.append("begun")
        await asyncio.sleep(hold)

        async def count(work: Work) -> None:
            work.insert(EFFECTS, {"_id": work.now, "key": str(len(runs))})

        await context.store.transact(count)

    return Job("tally", every, run)


async def test_a_job_runs_once_across_replicas(settings: Settings) -> None:
    runs: list[str] = []
    service = toy("notifications", jobs=[tally(3600, runs)])
    async with AsyncExitStack() as replicas:
        for _ in range(3):
            run = await replicas.enter_async_context(running(settings, service))
        await until(lambda: effects(run.runtime))
        await asyncio.sleep(1.5)
    assert runs == ["begun"]


async def test_a_job_comes_round_again(settings: Settings) -> None:
    runs: list[str] = []
    async with running(settings, toy("notifications", jobs=[tally(0.2, runs)])) as run:

        async def thrice() -> bool:
            return len(await effects(run.runtime)) >= 3

        await until(thrice)


async def test_a_restart_within_the_jobs_time_does_not_run_it_again(settings: Settings) -> None:
    runs: list[str] = []
    service = toy("notifications", jobs=[tally(3600, runs)])
    for _ in range(2):
        async with running(settings, service) as run:
            await until(lambda run=run: effects(run.runtime))  # type: ignore[misc]
            await asyncio.sleep(0.5)
    assert runs == ["begun"]


async def test_a_job_that_outlasts_its_lease_keeps_it(settings: Settings) -> None:
    runs: list[str] = []
    service = toy("notifications", jobs=[tally(3600, runs, hold=2.0)])
    async with running(settings, service) as run, running(settings, service):
        await until(lambda: effects(run.runtime))
        await asyncio.sleep(1)
    assert runs == ["begun"]


async def test_a_failing_job_is_tried_at_its_next_turn(settings: Settings) -> None:
    tried: list[str] = []

    async def fail(context: Context) -> None:
        tried.append("tried")
        raise ValueError("no luck")

    async with running(settings, toy("notifications", jobs=[Job("fail", 0.1, fail)])):

        async def again() -> bool:
            return len(tried) >= 2

        await until(again)


async def test_a_dead_holders_lease_is_taken_over_and_a_living_ones_is_not(settings: Settings) -> None:
    async with running(settings, toy("notifications")) as run:
        bucket = await run.runtime.bus.jetstream.key_value(LEASES)
        holder, other = Lease(bucket, "toy", "holder", 0.5), Lease(bucket, "toy", "other", 0.5)
        assert await holder.take()
        for _ in range(8):
            assert not await other.take()
            assert await holder.renew()
            await asyncio.sleep(0.1)
        # the holder dies: nothing is renewed any more
        await until(other.take, seconds=10)
        assert not await holder.renew()


async def test_clocks_that_differ_move_no_lease(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """The one that wants it lives a day ahead of the one that has it."""
    async with running(settings, toy("notifications")) as run:
        bucket = await run.runtime.bus.jetstream.key_value(LEASES)
        holder, ahead = Lease(bucket, "toy", "holder", 30), Lease(bucket, "toy", "ahead", 30)
        assert await holder.take()
        real = jobs.monotonic
        monkeypatch.setattr(jobs, "monotonic", lambda: real() + 86_400)
        assert not await ahead.take()
        assert not await ahead.take()
        assert await holder.renew()


async def test_of_many_that_want_a_lease_one_gets_it(settings: Settings) -> None:
    async with running(settings, toy("notifications")) as run:
        bucket = await run.runtime.bus.jetstream.key_value(LEASES)
        wanting = [Lease(bucket, "toy", f"holder{number}") for number in range(10)]
        assert sum(await asyncio.gather(*(lease.take() for lease in wanting))) == 1


async def test_a_released_lease_is_free_at_once(settings: Settings) -> None:
    async with running(settings, toy("notifications")) as run:
        bucket = await run.runtime.bus.jetstream.key_value(LEASES)
        holder, other = Lease(bucket, "toy", "holder", 3600), Lease(bucket, "toy", "other", 3600)
        assert await holder.take()
        assert not await other.take()
        await holder.release()
        assert await other.take()


async def test_work_begun_under_a_lost_lease_is_not_committed(settings: Settings) -> None:
    async with running(settings, toy("notifications")) as run:
        store = run.runtime.stores["notifications"]
        old = store.fenced(await raise_fence(store.database, "toy"))

        async def count(work: Work) -> None:
            work.insert(EFFECTS, {"_id": work.now, "key": "x"})

        await old.transact(count)
        new = store.fenced(await raise_fence(store.database, "toy"))
        with pytest.raises(Conflict):
            await old.transact(count)
        await new.transact(count)
        assert len(await effects(run.runtime)) == 2


async def test_a_job_whose_lease_was_taken_over_is_stopped(settings: Settings) -> None:
    ended: list[str] = []

    async def hang(context: Context) -> None:
        try:
            await asyncio.Event().wait()
        finally:
            ended.append("ended")

    async with running(settings, toy("notifications", jobs=[Job("hang", 3600, hang)])) as run:
        bucket = await run.runtime.bus.jetstream.key_value(LEASES)

        async def taken() -> Any:
            try:
                return await bucket.get("hang")
            except Exception:
                return None

        await until(taken)
        await bucket.put("hang", b'{"holder": "somebody else", "began": null}')

        async def stopped() -> bool:
            return bool(ended)

        await until(stopped)
