"""Three replicas of each service at once: work is shared, everything happens once, and any replica may die."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import httpx
import nats

from kit.bus.declaration import LEASES
from kit.service import NAMES, load
from tests.chaos.evidence import gather_evidence
from tests.chaos.faults import kill
from tests.chaos.load import PLAN
from tests.chaos.ordeal import endure
from tests.chaos.world import REPOSITORY, World, world
from tests.waiting import until

REPLICAS = 3
HANDLED = "cinnabar_events_handled_total"


async def test_three_replicas_of_each_do_everything_once(tmp_path: Path) -> None:
    """One replica of each is killed under load, so that the holder of some jobs' leases is among them."""
    async with world(tmp_path, replicas=REPLICAS) as running:
        await _one_plan_from_all_at_once(running)
        faults = [kill(running.replicas[name][number % REPLICAS]) for number, name in enumerate(NAMES)]
        outcome = await endure(running, 7, faults, rate=25, gap=1, patience=60)
        assert outcome.wrong == []
        assert outcome.accepted > 50
        assert sum(outcome.deaths.values()) == len(NAMES)
        await _share_of_each(running)
        await _each_job_has_one_holder(running)
        await _decide_on_all_replicas_at_once(running)
        await _events_are_streamed_by_every_replica(running)


async def _one_plan_from_all_at_once(running: World) -> None:
    """The same plan comes to every replica at the same moment, twice, as from a client that does not wait."""
    plan = (REPOSITORY / "examples" / "idrija" / "plan.yaml").read_bytes()
    async with httpx.AsyncClient(timeout=30) as client:
        places = [running.addresses[name] for name in running.replicas["actions"]] * 2
        headers = running.as_("coordinator")
        send = (client.post(f"{place}/api/actions/plans", content=plan, headers=headers) for place in places)
        answers = await asyncio.gather(*send)
        assert {each.status_code for each in answers} == {201}, [each.text for each in answers]
        shown = (await client.get(f"{running.address('actions')}/api/actions/plans/{PLAN}", headers=headers)).json()
    assert shown["version"] == 1
    assert shown["totals"]["activities"] == 24


async def _share_of_each(running: World) -> None:
    """Every replica that lived through it has handled events of the durables that all of them share."""
    async with httpx.AsyncClient(timeout=30) as client:
        for service in ("funding", "notifications", "reporting"):
            for name in running.replicas[service]:
                figures = (await client.get(f"{running.addresses[name]}/metrics")).text.splitlines()
                handled = sum(float(each.split()[-1]) for each in figures if each.startswith(HANDLED))
                assert handled or running.services[name].deaths, f"{name} never got an event"


async def _each_job_has_one_holder(running: World) -> None:
    """Every job has had a turn, and the lease of whoever was killed is taken over by another replica."""
    client = await nats.connect(running.nats.url)
    try:
        bucket = await client.jetstream().key_value(LEASES)
        for name in [job.name for service in NAMES for job in load(service).jobs]:

            async def held(name: str = name) -> bool:
                note = json.loads((await bucket.get(name)).value)
                return note["holder"] is not None and note["began"] is not None

            await until(held)
    finally:
        await client.close()


async def _decide_on_all_replicas_at_once(running: World) -> None:
    """One decision, sent to every replica at once under one key, is one decision and one event."""
    officer = running.as_("officer")
    async with httpx.AsyncClient(timeout=30) as client:
        matches = f"{running.address('funding')}/api/funding/matches?limit=12"
        fits = [match["id"] for match in (await client.get(matches, headers=officer)).json()["items"]]
        assert fits

        async def decide(match: str, place: str) -> httpx.Response:
            url = f"{place}/api/funding/matches/{match}/decision"
            body = {"choice": "hand_over", "department": "Urad za razvoj"}
            return await client.post(url, json=body, headers={**officer, "Idempotency-Key": f"decide-{match}"})

        places = [running.addresses[name] for name in running.replicas["funding"]]
        answers = await asyncio.gather(*(decide(match, place) for match in fits for place in places))
    assert {each.status_code for each in answers} == {200}, [each.text for each in answers]

    async def said() -> list[str]:
        evidence = await gather_evidence(running.nats.url, running.mongo.url, running.mail.directory, running.journal)
        return sorted(event.entity for event in evidence.of("match.decided"))

    async def all_said() -> bool:
        return len(await said()) >= len(fits)

    await until(all_said)
    assert await said() == sorted(fits)


async def _events_are_streamed_by_every_replica(running: World) -> None:
    """Whichever replica a reader comes to, it gets the same events in the same order, and goes on at another one."""
    heard: list[list[str]] = []
    async with httpx.AsyncClient(timeout=30) as client:
        for name in running.replicas["notifications"]:
            heard.append(await _stream(client, running, name, count=6))
        assert heard[0] == heard[1] == heard[2]
        rest = await _stream(client, running, running.replicas["notifications"][1], count=3, after=heard[0][2])
    assert rest == heard[0][3:]


async def _stream(
    client: httpx.AsyncClient, running: World, name: str, count: int, after: str | None = None
) -> list[str]:
    """The places of the first `count` decisions that this replica streams, from the beginning or from a place."""
    headers = running.as_("integrator") | ({"Last-Event-ID": after} if after else {})
    url = f"{running.addresses[name]}/api/events?types=funding.match.decided&since=beginning"
    places: list[str] = []
    async with client.stream("GET", url, headers=headers) as answer:
        assert answer.status_code == 200
        kind = ""
        async for line in answer.aiter_lines():
            field, _, value = line.partition(": ")
            kind = value if field == "event" else kind
            if field == "id":
                places.append(value)
            if len(places) == count:
                break
    return places
