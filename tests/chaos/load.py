"""Thousands of commands by seed, each sent until it is accepted, and every acceptance written down."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

import httpx
from pymongo import AsyncMongoClient

from tests.chaos.servers import ready
from tests.chaos.world import REPOSITORY, World

PLAN = "idrija-iap-2025"
ACTIVITIES = ("1.1.1", "2.1.1", "2.1.2", "2.1.3", "3.1.1", "4.1.1", "5.1.1")
STAGES = ("not_started", "in_preparation", "under_way", "completed", "on_hold")
TOPICS = (
    ("ustvarjalne delavnice in opremo za mlade", "Vzpostavitev ustvarjalnih prostorov (makerspace) za mlade."),
    ("digitalne vsebine o dediščini rudnika", "Digitalizacija kulturne dediščine, razstave in turizem."),
    ("energetsko prenovo javnih stavb", "Prenova stavb in obnovljivi viri energije v občinah."),
    ("raziskave globokega morja", "Oceanografske raziskave na odprtem morju."),
)
SUBSCRIPTIONS: dict[str, dict[str, Any]] = {"officer": {}, "coordinator": {"actions": ["2.1"]}, "operator": {}}
START = datetime(2026, 1, 1, tzinfo=UTC)
FIRST_PAUSE, LONGEST_PAUSE = 0.1, 1.0
TIMEOUT = httpx.Timeout(8.0)


class RefusedError(AssertionError):
    """A command was answered with something that trying again does not change."""


class Load:
    """Sends commands through `workers` lanes at about `rate` a second until told to stop."""

    def __init__(self, world: World, seed: int, *, rate: float, workers: int = 8) -> None:
        self._world = world
        self._seed = seed
        self._pause = workers / rate
        self._workers = workers
        self._stop = asyncio.Event()
        self._journal = world.journal.open("a")
        self._people = {who: world.as_(who) for who in ("officer", "coordinator", "integrator", "operator")}
        self._stage_turn = asyncio.Lock()
        self._deadline = (datetime.now(UTC) + timedelta(days=130)).replace(microsecond=0).isoformat()
        self.accepted = 0
        self.retries = 0

    async def prepare(self) -> None:
        """The plan and who subscribes, known to whoever is asked for it, before there is anything to tell."""
        async with httpx.AsyncClient(timeout=TIMEOUT) as client:
            for who, body in SUBSCRIPTIONS.items():
                url = "/api/notifications/subscriptions"
                answer = await self._send(client, "POST", url, f"subscribe-{who}", who, json=body)
                self._note("subscription", id=answer["id"], person=f"{who}@idrija.example", **body)
            plan = (REPOSITORY / "examples" / "idrija" / "plan.yaml").read_bytes()
            url = "/api/actions/plans"
            await self._send(client, "POST", url, "plan", "coordinator", content=plan)
        async with AsyncMongoClient[dict[str, Any]](self._world.mongo.url) as mongo:

            async def heard() -> bool:
                wanted = await mongo["cinnabar_actions"]["needs"].count_documents({})
                return bool(wanted) and wanted == await mongo["cinnabar_funding"]["needs"].count_documents({})

            await ready(heard, "the plan's needs in the funding service")

    async def run(self) -> None:
        async with httpx.AsyncClient(timeout=TIMEOUT) as client, asyncio.TaskGroup() as lanes:
            for number in range(self._workers):
                lanes.create_task(self._lane(number, client))

    def stop(self) -> None:
        self._stop.set()

    def close(self) -> None:
        self._journal.close()

    async def _lane(self, number: int, client: httpx.AsyncClient) -> None:
        chance = Random(f"{self._seed}-{number}")
        for count in self._counted():
            what = chance.choices((self._call, self._readings, self._stage, self._commitment), (22, 58, 15, 5))[0]
            await what(client, f"{number}-{count}", chance)
            await asyncio.sleep(self._pause * chance.uniform(0.5, 1.5))

    def _counted(self) -> Iterator[int]:
        count = 0
        while not self._stop.is_set():
            count += 1
            yield count

    async def _call(self, client: httpx.AsyncClient, key: str, chance: Random) -> None:
        topic, description = chance.choice(TOPICS)
        body = {
            "title": f"Javni razpis za {topic} (št. {key})",
            "reference": f"chaos-{key}",
            "funder": "Ministrstvo za zgled",
            "description": description,
            "deadline": self._deadline,
            "co_financing_rate": 0.85,
            "max_amount": {"amount": "150000.00", "currency": "EUR"},
            "eligible_applicants": ["municipality"],
            "territory": "SI",
            "url": f"https://razpisi.example/{key}",
        }
        url = "/api/funding/calls"
        answer = await self._send(client, "POST", url, key, "officer", json=body)
        self._note("call", id=answer["id"], title=body["title"])

    async def _readings(self, client: httpx.AsyncClient, key: str, chance: Random) -> None:
        """A few readings of one device; the lane and the count make every moment its own."""
        lane, count = (int(part) for part in key.split("-"))
        first = START + timedelta(seconds=lane * 1_000_000 + count * 10)
        device = f"air-{chance.randrange(6)}"
        body = [
            {
                "device": device,
                "observed_property": "pm10",
                "unit": "ug/m3",
                "time": (first + timedelta(seconds=second)).isoformat(),
                "value": float(chance.randrange(400)) / 10,
            }
            for second in range(chance.randint(1, 3))
        ]
        url = "/api/sensors/readings"
        await self._send(client, "POST", url, key, "integrator", json=body)
        for reading in body:
            self._note("reading", series=f"{device}--pm10", time=reading["time"], value=reading["value"])

    async def _stage(self, client: httpx.AsyncClient, key: str, chance: Random) -> None:
        """One stage change at a time, so that the journal's order is the order in which they were made."""
        activity, stage = f"{PLAN}:{chance.choice(ACTIVITIES)}", chance.choice(STAGES)
        url = f"/api/actions/activities/{activity}"
        async with self._stage_turn:
            while True:
                shown = await self._send(client, "GET", url, None, "coordinator")
                try:
                    answer = await self._send(
                        client, "PATCH", url, f"{key}-{shown['version']}", "coordinator",
                        json={"stage": stage, "note": key}, match=shown["version"],
                    )  # fmt: skip
                except OutrunError:
                    continue
                self._note("stage", activity=activity, stage=stage, version=answer["version"])
                return

    async def _commitment(self, client: httpx.AsyncClient, key: str, chance: Random) -> None:
        amount = f"{chance.randrange(1, 60)}.{chance.randrange(100):02d}"
        body = {
            "activity_id": f"{PLAN}:{chance.choice(ACTIVITIES)}",
            "amount": {"amount": amount, "currency": "EUR"},
            "source_class": "municipal",
            "decision_reference": key,
        }
        url = "/api/funding/commitments"
        answer = await self._send(client, "POST", url, key, "officer", json=body)
        self._note("commitment", id=answer["id"], activity=body["activity_id"], amount=amount)

    async def _send(
        self,
        client: httpx.AsyncClient,
        method: str,
        path: str,
        key: str | None,
        who: str,
        *,
        match: int | None = None,
        **request: Any,
    ) -> dict[str, Any]:
        """Send under one key until it is accepted, whatever is down meanwhile: each try at another replica."""
        service = path.split("/")[2]
        headers = dict(self._people[who])
        headers |= {} if key is None else {"Idempotency-Key": key}
        headers |= {} if match is None else {"If-Match": f'"{match}"'}
        pause = FIRST_PAUSE
        while True:
            try:
                url = f"{self._world.address(service)}{path}"
                answer = await client.request(method, url, headers=headers, **request)
            except httpx.TransportError:
                pass
            else:
                if answer.is_success:
                    body: dict[str, Any] = answer.json()
                    return body
                if answer.status_code == 412:
                    raise OutrunError
                if answer.status_code < 500 and answer.status_code not in {404, 409}:
                    raise RefusedError(f"{method} {path}: {answer.status_code} {answer.text}")
            self.retries += 1
            await asyncio.sleep(pause)
            pause = min(pause * 2, LONGEST_PAUSE)

    def _note(self, kind: str, **facts: Any) -> None:
        self._journal.write(json.dumps({"kind": kind, **facts}) + "\n")
        self._journal.flush()
        self.accepted += kind not in {"subscription"}


class OutrunError(Exception):
    """The activity moved on between the look and the edit; look again."""
