"""What each service takes, idle and busy, as its own process: `python -m bench.footprint` writes deploy/footprint.json.

Servers of its own on loopback, one process per service as in a cluster. Idle: after every page was shown once, and
nothing was asked for a while. Busy: under LOAD; the figure is the most memory at any moment (VmHWM) and the
processor time over that while. Linux only. Requests and limits in deploy/k8s are held to these figures by a test.
"""

from __future__ import annotations

import asyncio
import json
import os
import platform
import sys
import tempfile
from collections.abc import Sequence
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import monotonic
from typing import Any

import httpx

from kit.auth.people import DEMO_PEOPLE
from kit.auth.tokens import LocalIssuer
from kit.bus.bus import Bus
from kit.bus.provision import provision
from kit.embedded import embedded_servers
from kit.embedded.processes import free_port
from kit.runtime import declaration_of
from kit.service import NAMES, load
from kit.settings import Settings

TOP = Path(__file__).parents[1]
OUT = TOP / "deploy" / "footprint.json"
PAGES = {"actions": "/plan", "funding": "/funding", "sensors": "/sensors", "notifications": "/inbox", "reporting": "/"}
SETTLE_SECONDS, IDLE_SECONDS = 10, 30
CALLS, READINGS, PLANS_READ, AT_ONCE = 600, 600, 600, 8
LOAD = (
    f"the example plan imported; then, {AT_ONCE} at a time and as fast as they are taken, {CALLS} calls typed in that "
    f"fit it, each with a look at the overview; {READINGS} times ten readings; the plan's page {PLANS_READ} times"
)


class Process:
    """One service, running by itself."""

    def __init__(self, name: str, settings: Settings) -> None:
        self.name = name
        self.url = f"http://127.0.0.1:{(port := free_port())}"
        values = settings.model_dump(include={"nats_url", "mongo_url", "smtp_url", "data_dir"})
        given = {f"CINNABAR_{key.upper()}": str(value) for key, value in values.items()}
        secret = {"CINNABAR_SECRET": "f" * 32, "CINNABAR_PORT": str(port), "CINNABAR_LOG_LEVEL": "WARNING"}
        self._environment = os.environ | given | secret

    async def start(self) -> None:
        command = [sys.executable, "-m", "kit.cli", "run", self.name]
        self._child = await asyncio.create_subprocess_exec(*command, env=self._environment)
        async with httpx.AsyncClient(base_url=self.url) as client:
            while True:
                try:
                    if (await client.get("/readyz")).status_code == 200:
                        break
                except httpx.TransportError:
                    if self._child.returncode is not None:
                        raise
                await asyncio.sleep(0.1)
            (await client.get(PAGES[self.name])).raise_for_status()

    async def stop(self) -> None:
        if self._child.returncode is None:
            self._child.terminate()
            await self._child.wait()

    def memory_mb(self, field: str) -> float:
        """VmRSS or VmHWM, in megabytes (10^6 bytes)."""
        lines = Path(f"/proc/{self._child.pid}/status").read_text().splitlines()
        return int(next(line for line in lines if line.startswith(field)).split()[1]) * 1024 / 1e6

    def cpu_seconds(self) -> float:
        fields = Path(f"/proc/{self._child.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


async def measure() -> dict[str, Any]:
    with tempfile.TemporaryDirectory(prefix="cinnabar-bench-") as folder:
        async with embedded_servers(folder) as servers, AsyncExitStack() as stack:
            settings = Settings(
                nats_url=servers.nats_url,
                mongo_url=servers.mongo_url,
                smtp_url=servers.smtp_url or "",
                data_dir=Path(folder),
            )
            await _prepare(settings)
            processes = {name: Process(name, settings) for name in NAMES}
            for process in processes.values():
                await process.start()
                stack.push_async_callback(process.stop)
            await asyncio.sleep(SETTLE_SECONDS)
            idle = await _over(processes, asyncio.sleep(IDLE_SECONDS), "VmRSS")
            busy = await _over(processes, _load(processes, settings), "VmHWM")
    return {
        name: {
            "idle_mb": round(idle[name][0]),
            "idle_millicores": max(1, round(1000 * idle[name][1])),
            "busy_mb": round(busy[name][0]),
            "busy_millicores": round(1000 * busy[name][1]),
        }
        for name in NAMES
    }


async def _prepare(settings: Settings) -> None:
    bus = Bus(settings.nats_url, "footprint", 1)
    await bus.connect()
    await provision(bus.jetstream, declaration_of([load(name) for name in NAMES], settings))
    await bus.stop()


async def _over(processes: dict[str, Process], while_: Any, field: str) -> dict[str, tuple[float, float]]:
    """Memory at the end, and cores used on average meanwhile."""
    before, started = {name: one.cpu_seconds() for name, one in processes.items()}, monotonic()
    await while_
    took = monotonic() - started
    return {name: (one.memory_mb(field), (one.cpu_seconds() - before[name]) / took) for name, one in processes.items()}


async def _load(processes: dict[str, Process], settings: Settings) -> None:
    """A plan, a subscriber, and calls that fit it."""
    issuer = LocalIssuer(settings.data_dir, settings.oidc_audience, settings.municipality)

    def as_(who: str) -> dict[str, str]:
        return {"Authorization": f"Bearer {issuer.issue(DEMO_PEOPLE[f'{who}@idrija.example'])}"}

    plan = (TOP / "examples" / "idrija" / "plan.yaml").read_bytes()
    async with httpx.AsyncClient(timeout=60) as client:

        async def post(name: str, path: str, who: str, **body: Any) -> None:
            answer = await client.post(f"{processes[name].url}/api/{name}/{path}", headers=as_(who), **body)
            answer.raise_for_status()

        await post("notifications", "subscriptions", "officer", json={})
        await post("actions", "plans", "coordinator", content=plan)
        places = iter(range(CALLS))

        async def type_in() -> None:
            for place in places:
                title = f"Ustvarjalne delavnice in oprema za mlade {place}"
                words = "Sofinanciramo opremo ustvarjalnih prostorov (makerspace) za mlade v občinah."
                call = {"title": title, "description": words, "eligible_applicants": ["municipality"]}
                await post("funding", "calls", "officer", json=call)
                await client.get(processes["reporting"].url + "/")

        times = iter(range(READINGS))

        async def measure_air() -> None:
            for time in times:
                moments = [datetime.now(UTC) - timedelta(minutes=time + 1, seconds=second) for second in range(10)]
                known = {"device": "air-1", "observed_property": "pm10", "unit": "ug/m3", "value": 12.5}
                readings = [{**known, "time": moment.isoformat()} for moment in moments]
                await post("sensors", "readings", "integrator", json=readings)

        looks = iter(range(PLANS_READ))

        async def read_the_plan() -> None:
            for _ in looks:
                (await client.get(processes["actions"].url + "/plan", headers=as_("coordinator"))).raise_for_status()

        work = (type_in, measure_air, read_the_plan)
        await asyncio.gather(*(each() for each in work for _ in range(AT_ONCE)))
        await asyncio.sleep(5)


def main(arguments: Sequence[str]) -> None:
    figures = asyncio.run(measure())
    for name, each in figures.items():
        sys.stdout.write(f"{name:14} {each}\n")
    if "--show" not in arguments:
        machine = (
            f"Python {platform.python_version()} on {platform.system()} {platform.machine()}, {os.cpu_count()} cores, "
            f"load average {os.getloadavg()[0]:.0f} beside it"
        )
        document = {"command": "python -m bench.footprint", "machine": machine, "load": LOAD, "services": figures}
        OUT.write_text(json.dumps(document, indent=2) + "\n")


if __name__ == "__main__":
    main(sys.argv[1:])
