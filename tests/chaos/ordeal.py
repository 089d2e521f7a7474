"""One run: commands flow while faults strike, then the world comes to rest and everything is counted."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from dataclasses import dataclass
from random import Random
from typing import Any

from tests.chaos.checker import findings
from tests.chaos.evidence import gather_evidence
from tests.chaos.faults import Fault, suffer
from tests.chaos.load import Load
from tests.chaos.settle import settled
from tests.chaos.world import World

# A call and a need that were stored at the same moment are judged as both stand by a job, every half minute. What
# is there twice stays there twice, so looking again until after its turn hides nothing.
REPAIR_SECONDS = (0, 2, 3, 5, 10, 20)

# As many are with the mail server when their sender dies, at most.
MAILS_AT_ONCE = 4


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a run came to; `wrong` is empty when nothing is missing and nothing is there twice."""

    accepted: int
    retries: int
    events: int
    mails: int
    double_mails: int
    repeats: int
    deaths: dict[str, int]
    wrong: list[str]

    def __str__(self) -> str:
        died = ", ".join(f"{name} {times}" for name, times in self.deaths.items() if times)
        return (
            f"{self.accepted} commands accepted after {self.retries} retries, {self.events} events, "
            f"{self.mails} mails ({self.double_mails} twice), {self.repeats} repeats in streams; died: {died}"
        )


async def endure(
    world: World,
    seed: int,
    faults: list[Fault],
    *,
    minutes: float = 0,
    rate: float,
    gap: float,
    patience: float,
    repeats_allowed: bool = False,
) -> Outcome:
    """Every fault once, and again for `minutes`, under a load of `rate` commands a second; then the count."""
    load = Load(world, seed, rate=rate)
    try:
        await load.prepare()
        await _under_load(load, _strike(world, faults, seed, minutes=minutes, gap=gap))
    finally:
        load.stop()
        load.close()
    await world.all_ready()
    deaths = {child.name: child.deaths for child in world.children}
    for pause in REPAIR_SECONDS:
        await asyncio.sleep(pause)
        moving = await settled(world, seconds=patience)
        evidence = await gather_evidence(world.nats.url, world.mongo.url, world.mail.directory, world.journal)
        wrong = findings(
            evidence,
            repeats_allowed=repeats_allowed,
            double_mails_allowed=MAILS_AT_ONCE * world.deaths_of("notifications"),
        )
        if not moving and not wrong:
            break
    return Outcome(
        accepted=load.accepted,
        retries=load.retries,
        events=len(evidence.said),
        mails=len(evidence.mails),
        double_mails=len(evidence.mails) - len({mail.message_id for mail in evidence.mails}),
        repeats=evidence.repeats.total(),
        deaths=deaths,
        wrong=([f"not at rest: {moving}"] if moving else []) + wrong,
    )


async def _under_load(load: Load, striking: Coroutine[Any, Any, None]) -> None:
    """Commands flow until the last fault is over; a command refused for good ends the run."""
    flowing, strikes = asyncio.create_task(load.run()), asyncio.create_task(striking)
    try:
        await asyncio.wait({flowing, strikes}, return_when=asyncio.FIRST_COMPLETED)
        load.stop()
        await flowing
        await strikes
    finally:
        for task in (flowing, strikes):
            task.cancel()
        await asyncio.gather(flowing, strikes, return_exceptions=True)


async def _strike(world: World, faults: list[Fault], seed: int, *, minutes: float, gap: float) -> None:
    clock, chance = asyncio.get_running_loop(), Random(seed)
    until = clock.time() + minutes * 60
    await suffer(world, faults, chance, gap=gap)
    while clock.time() < until:
        await suffer(world, faults, chance, gap=gap, until=until)
