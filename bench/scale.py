"""How many cores and how much memory a village, a country and the Union take: a simulation fed with measured costs.

Measured in this run: processor time of the five services, of mongod and of nats-server for one unit of each kind of
work, with everything it sets off (a call typed in is judged, alerted, shown). Idle memory comes from
deploy/footprint.json. Simulated: the busiest hour, its units coming at random to as many cores as keep 99 of a hundred
from waiting for more than a second. One municipality is one installation of the five services (a cell).
"""

from __future__ import annotations

import asyncio
import heapq
import json
import os
import random
import resource
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from math import ceil
from pathlib import Path
from time import monotonic
from typing import Any

import httpx

from bench.figure import Figure, Size
from bench.rounds import percentile
from bench.system import servers
from kit.auth.people import DEMO_PEOPLE
from kit.auth.tokens import LocalIssuer
from kit.http.app import create_app
from kit.runtime import Runtime
from kit.service import NAMES, load
from kit.settings import Settings
from kit.telemetry import quiet_faststream

TOP = Path(__file__).parents[1]
SEED = 7
UNITS: dict[Size, int] = {"quick": 40, "normal": 150, "full": 600}
WAIT_SECONDS = 1.0
MOST_A_SECOND, ARRIVALS = 1_000, 60_000
SETTLE_SECONDS, IDLE_SECONDS = 3.0, 10.0

# What one municipality does in its busiest hour; docs/scale.md says whose work each is.
BUSIEST_HOUR: Mapping[str, float] = {"call": 40, "reading": 3_600, "stage": 20, "page": 600}
STEPS: Mapping[str, int] = {"a village": 1, "a country": 212, "the Union": 100_000}


@dataclass(frozen=True, slots=True)
class Cost:
    """Processor seconds of one unit of work: in the services, and in mongod and nats-server together."""

    services: float
    servers: float

    @property
    def whole(self) -> float:
        return self.services + self.servers


async def measure(size: Size) -> list[Figure]:
    async with servers() as settings:
        costs = await _costs(settings.model_copy(update={"municipality": "idrija"}), UNITS[size])
    figures = [Figure(f"one {kind}", "ms of a core", 1000 * cost.whole) for kind, cost in costs.items()]
    figures += [Figure(f"one {kind}, its servers' part", "ms of a core", 1000 * c.servers) for kind, c in costs.items()]
    idle = idle_mb()
    for name, municipalities in STEPS.items():
        cores = cores_needed(costs, municipalities, random.Random(SEED))
        a_second = municipalities * sum(BUSIEST_HOUR.values()) / 3600
        figures += [
            Figure(f"{name}: units of work in the busiest hour", "a second", a_second),
            Figure(f"{name}: cores for it", "cores", cores),
            Figure(f"{name}: memory of idle cells, one replica each", "GB", municipalities * idle / 1000),
        ]
    return figures


def idle_mb() -> float:
    """Of one cell: its five services with nothing to do."""
    services = json.loads((TOP / "deploy" / "footprint.json").read_text())["services"]
    return float(sum(each["idle_mb"] for each in services.values()))


def cores_needed(costs: Mapping[str, Cost], municipalities: int, chance: random.Random) -> int:
    """The fewest cores on which 99 of a hundred units begin within a second, when all busiest hours fall together.

    Of more than can be simulated unit by unit, a part is, and the rest scaled: waiting shrinks with size, so that errs
    on the side of more cores.
    """
    rate = municipalities * sum(BUSIEST_HOUR.values()) / 3600
    part = min(1.0, MOST_A_SECOND / rate)
    busy = part * municipalities * sum(BUSIEST_HOUR[kind] * cost.whole for kind, cost in costs.items()) / 3600
    cores = max(1, ceil(busy))
    while waits(costs, part * municipalities, cores, random.Random(chance.random())) > WAIT_SECONDS:
        cores += 1
    return ceil(cores / part)


def waits(costs: Mapping[str, Cost], municipalities: float, cores: int, chance: random.Random) -> float:
    """The p99 of what a unit waits for a free core, in seconds, of units that come at random (an M/G/c queue)."""
    kinds = list(BUSIEST_HOUR)
    rates = [municipalities * BUSIEST_HOUR[kind] / 3600 for kind in kinds]
    free = [0.0] * cores
    moment, waited = 0.0, []
    for _ in range(ARRIVALS):
        moment += chance.expovariate(sum(rates))
        cost = costs[chance.choices(kinds, rates)[0]].whole
        begins = max(moment, free[0])
        heapq.heapreplace(free, begins + cost)
        waited.append(begins - moment)
    return percentile(waited, 0.99)


async def _costs(settings: Settings, units: int) -> dict[str, Cost]:
    quiet_faststream()
    services = [load(name) for name in NAMES]
    runtime = Runtime(services, settings)
    app = create_app(runtime)
    async with app.router.lifespan_context(app):
        transport = httpx.ASGITransport(app=app)
        issuer = LocalIssuer(settings.data_dir, settings.oidc_audience, settings.municipality)

        async with httpx.AsyncClient(transport=transport, base_url="http://bench", timeout=60) as client:

            async def send(method: str, path: str, who: str, **body: Any) -> httpx.Response:
                token = issuer.issue(DEMO_PEOPLE[f"{who}@idrija.example"])
                headers = {"Authorization": f"Bearer {token}"}
                answer = await client.request(method, path, headers=headers, **body)
                answer.raise_for_status()
                return answer

            async def call(number: int) -> None:
                words = "Sofinanciramo opremo ustvarjalnih prostorov (makerspace) za mlade v občinah."
                title = f"Ustvarjalne delavnice in oprema za mlade {number}"
                body = {"title": title, "description": words, "eligible_applicants": ["municipality"]}
                await send("POST", "/api/funding/calls", "officer", json=body)

            async def reading(number: int) -> None:
                time = f"2026-01-01T{number // 3600:02d}:{number // 60 % 60:02d}:{number % 60:02d}Z"
                body = {"device": f"air-{number % 6}", "observed_property": "pm10", "unit": "ug/m3", "value": 12.5}
                await send("POST", "/api/sensors/readings", "integrator", json={**body, "time": time})

            async def stage(number: int) -> None:
                path = "/api/actions/activities/idrija-iap-2025:2.1.1"
                version = (await send("GET", path, "coordinator")).json()["version"]
                body = {"stage": ("in_preparation", "under_way")[number % 2], "note": str(number)}
                token = issuer.issue(DEMO_PEOPLE["coordinator@idrija.example"])
                headers = {"Authorization": f"Bearer {token}", "If-Match": f'"{version}"'}
                (await client.patch(path, json=body, headers=headers)).raise_for_status()

            async def page(number: int) -> None:
                path = ("/", "/plan", "/funding", "/inbox")[number % 4]
                await send("GET", path, "officer", follow_redirects=True)

            plan = (TOP / "examples" / "idrija" / "plan.yaml").read_bytes()
            await send("POST", "/api/notifications/subscriptions", "officer", json={})
            await send("POST", "/api/actions/plans", "coordinator", content=plan)
            kinds: dict[str, Callable[[int], Awaitable[None]]] = {
                "call": call, "reading": reading, "stage": stage, "page": page
            }  # fmt: skip
            await asyncio.sleep(SETTLE_SECONDS)
            services_idle, servers_idle = await _spent(asyncio.sleep(IDLE_SECONDS))
            idle = services_idle / IDLE_SECONDS, servers_idle / IDLE_SECONDS
            return {kind: await _cost(do, units, idle) for kind, do in kinds.items()}


async def _cost(do: Callable[[int], Awaitable[None]], units: int, idle: tuple[float, float]) -> Cost:
    """The first tenth warms up. What the units set off counts; what stands idle takes (cores) for as long does not."""
    for number in range(units, units + max(units // 10, 4)):
        await do(number)
    await asyncio.sleep(SETTLE_SECONDS)

    async def everything() -> None:
        for number in range(units):
            await do(number)
        await asyncio.sleep(SETTLE_SECONDS)

    began = monotonic()
    services, others = await _spent(everything())
    took = monotonic() - began
    return Cost(max(services - idle[0] * took, 0) / units, max(others - idle[1] * took, 0) / units)


async def _spent(while_: Awaitable[None]) -> tuple[float, float]:
    """Processor seconds of this process, and of its children, over that while."""
    before = _own(), _children()
    await while_
    return _own() - before[0], _children() - before[1]


def _own() -> float:
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


def _children() -> float:
    """mongod and nats-server, which run as children of this process."""
    total = 0.0
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[1]) == os.getpid():
            total += (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    return total
