"""The product as a cluster would run it: real servers, each service as processes that are started again when they die.

A service's first process has its name, its further replicas `funding-2`, `funding-3`. Requests go to a service's
replicas in turns, as through a load balancer that knows nothing of sessions.
"""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import os
import subprocess
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import httpx

from kit.auth.people import DEMO_PEOPLE
from kit.auth.tokens import LocalIssuer
from kit.embedded.mailsink import MailSink
from kit.embedded.processes import free_port
from kit.service import NAMES
from tests.chaos import in_turn
from tests.chaos.child import Child
from tests.chaos.servers import Mongo, Nats, ready

REPOSITORY = Path(__file__).parents[2]
IN_TURN = Path(in_turn.__file__)
RESTART_SECONDS = 0.5


class World:
    """Everything that runs, and how to reach it. `journal` is where accepted commands are written down.

    `code` is the tree the processes run from: this one, or that of another version.
    """

    def __init__(
        self,
        folder: Path,
        *,
        nodes: int = 1,
        replicas: int = 1,
        brisk: bool = True,
        rough: int | None = None,
        code: Path = REPOSITORY,
    ) -> None:
        self.folder = folder
        self.nats = Nats(folder, nodes)
        self.mongo = Mongo(folder, nodes)
        self.mail = MailSink(folder / "mail")
        self.journal = folder / "accepted.jsonl"
        self.replicas = {
            service: [service, *(f"{service}-{number}" for number in range(2, replicas + 1))] for service in NAMES
        }
        self.addresses = {name: f"http://127.0.0.1:{free_port()}" for names in self.replicas.values() for name in names}
        self._turns = {service: itertools.cycle(names) for service, names in self.replicas.items()}
        self.services: dict[str, Child] = {}
        self._code = code
        self._options = (["--brisk"] if brisk else []) + ([] if rough is None else ["--rough", str(rough)])
        self._nodes = nodes
        self._keeper: asyncio.Task[None] | None = None

    def as_(self, who: str) -> dict[str, str]:
        """Headers of a demo person, such as `officer`."""
        issuer = LocalIssuer(self.folder, "cinnabar", "idrija")
        return {"Authorization": f"Bearer {issuer.issue(DEMO_PEOPLE[f'{who}@idrija.example'])}"}

    def address(self, service: str) -> str:
        """Whose turn it is among the service's replicas."""
        return self.addresses[next(self._turns[service])]

    def deaths_of(self, service: str) -> int:
        return sum(self.services[name].deaths for name in self.replicas[service])

    async def start(self) -> None:
        self.as_("officer")  # makes the key that all services then read
        await asyncio.gather(self.nats.start(), self.mongo.start(), self.mail.start())
        await self.prepare(self._code)
        self.services = {name: self.service(name, self._code) for name in self.addresses}
        for child in self.services.values():
            child.start()
        self._keeper = asyncio.create_task(self._keep_running(), name="keeper")
        await self.all_ready()

    def service(self, name: str, code: Path, *first: str) -> Child:
        """A process of that service, not started yet; `first` are options of tests.chaos.process for its first life."""
        run = [sys.executable, "-m", "tests.chaos.process", *self._options]
        environment = self._environment(code) | {"CINNABAR_PORT": self.addresses[name].rpartition(":")[2]}
        log = self.folder / f"{name}.log"
        command = ["--", "run", name.partition("-")[0]]
        return Child(name, [*run, *command], log, environment, first=[*run, *first, *command], folder=code)

    async def replace(self, name: str, *first: str, code: Path | None = None) -> Child:
        """Stop a process in good order and start it with `first` for one life; the lives after that are ordinary."""
        old = self.services.pop(name)
        await asyncio.to_thread(old.stop)
        new = self.service(name, code or self._code, *first)
        new.earlier_deaths = old.earlier_deaths + old.starts - 1
        self.services[name] = new
        new.start()
        return new

    async def roll(self, code: Path, services: Sequence[str]) -> None:
        """Bring services to another version as a cluster does: its jobs first, then one process after another."""
        await self.prepare(code)
        for service in services:
            for name in self.replicas[service]:
                await self.replace(name, code=code)
                await self.ready(name)

    async def all_ready(self) -> None:
        """Return when every process says that it takes work."""
        for name in self.addresses:
            await self.ready(name)

    async def ready(self, name: str) -> None:
        async with httpx.AsyncClient(timeout=5) as client:

            async def willing() -> bool:
                return (await client.get(f"{self.addresses[name]}/readyz")).status_code == 200

            try:
                await ready(willing, name)
            except AssertionError as error:
                raise AssertionError(f"{error}; its last words:\n{self.services[name].last_words()}") from None

    async def stop(self) -> None:
        if self._keeper is not None:
            self._keeper.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._keeper
        for group in (list(self.services.values()), self.children):
            await asyncio.gather(*(asyncio.to_thread(child.stop) for child in group))
        await self.mail.stop()

    @property
    def children(self) -> list[Child]:
        return [*self.services.values(), *self.nats.nodes, *self.mongo.nodes]

    async def _keep_running(self) -> None:
        """What a cluster does: whatever ended is started again."""
        while True:
            await asyncio.sleep(RESTART_SECONDS)
            for child in list(self.services.values()):
                child.start()

    async def prepare(self, code: Path) -> None:
        """What a version's prepare jobs do before its first process starts. Raises AssertionError with their words."""
        migrates = (code / "kit" / "store" / "migrations.py").exists()
        await self.cinnabar(code, "provision", *(f"migrate {service}" for service in NAMES if migrates))

    async def cinnabar(self, code: Path, *commands: str) -> str:
        """What these commands of that version say, one after the other."""
        running = await asyncio.create_subprocess_exec(
            *[sys.executable, "-P", str(IN_TURN), " ".join(self._options), *commands],
            env=self._environment(code),
            cwd=code,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
        said, _ = await running.communicate()
        assert running.returncode == 0, said.decode()
        return said.decode()

    def _environment(self, code: Path) -> dict[str, str]:
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("CINNABAR_")}
        return inherited | {
            "PYTHONPATH": str(code),
            "CINNABAR_NATS_URL": ",".join(self.nats.urls),
            "CINNABAR_MONGO_URL": self.mongo.url,
            "CINNABAR_SMTP_URL": self.mail.url,
            "CINNABAR_SECRET": "0123456789abcdef0123456789abcdef",
            "CINNABAR_DATA_DIR": str(self.folder),
            "CINNABAR_LOG_LEVEL": "WARNING",
            "CINNABAR_STREAM_REPLICAS": str(self._nodes),
            "CINNABAR_POLL_CALLS": "false",
        }


@asynccontextmanager
async def world(
    folder: Path,
    *,
    nodes: int = 1,
    replicas: int = 1,
    brisk: bool = True,
    rough: int | None = None,
    code: Path = REPOSITORY,
) -> AsyncIterator[World]:
    """A running world; nothing of it is left at the end."""
    made = World(folder, nodes=nodes, replicas=replicas, brisk=brisk, rough=rough, code=code)
    try:
        await made.start()
        yield made
    finally:
        await made.stop()
