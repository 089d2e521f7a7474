"""One process: the services it was asked to run, on one NATS connection and one MongoDB client."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from importlib.metadata import version

from prometheus_client import REGISTRY

from kit.agreement import Presence
from kit.auth.tokens import LocalIssuer, OidcIssuer, Verifier
from kit.bus.bus import Bus
from kit.bus.declaration import NO_LIMIT, Declaration, declare
from kit.bus.provision import provision
from kit.ending import end
from kit.http.commands import IDEMPOTENCY_KEYS
from kit.jobs import Jobs
from kit.reach import reach
from kit.service import Context, Service
from kit.settings import Settings, without_passwords
from kit.store import Client, Store
from kit.store.migrations import Migrator
from kit.surroundings import surroundings

log = logging.getLogger(__name__)


class Runtime:
    """Starts, watches and stops the services of one process."""

    def __init__(self, services: Sequence[Service], settings: Settings) -> None:
        self.services = list(services)
        about = {"municipality": settings.municipality, "version": version("cinnabar")}
        REGISTRY.set_target_info({**about, "services": "+".join(service.name for service in services)})
        self.settings = settings
        self.verifier = verifier_of(settings)
        self._client = Client(settings.mongo_url, settings.databases)
        self.stores = {
            service.name: Store(
                self._client,
                service.name,
                settings.municipality,
                [*service.collections, IDEMPOTENCY_KEYS],
                read_model=service.read_model,
            )
            for service in services
        }
        self._presence = Presence(self.stores.values(), settings)
        name = "cinnabar-" + "+".join(service.name for service in services)
        self.bus = Bus(settings.nats_url, name, settings.grace_seconds)
        self.jobs = Jobs(self.bus, [(job, self.context(service)) for service in services for job in service.jobs])
        self._started = False
        self._workers: list[asyncio.Task[None]] = []
        self.pending: set[str] = set()
        self.failure: Exception | None = None

    def context(self, service: Service) -> Context:
        return Context(self.stores[service.name], self.settings, self.bus)

    @property
    def declaration(self) -> Declaration:
        """What the server must have for the services of this process."""
        return declaration_of(self.services, self.settings)

    async def start(self) -> None:
        """Connect, provision and migrate in the embedded mode, check both servers, take up work."""
        places = (without_passwords(url) for url in (self.settings.mongo_url, self.settings.nats_url))
        self.say("starts; waits for MongoDB at {} and NATS at {}".format(*places))
        tries = await asyncio.gather(
            reach("MongoDB", self.settings.mongo_url, "CINNABAR_MONGO_URL", self._client.ping()),
            reach("NATS", self.settings.nats_url, "CINNABAR_NATS_URL", self.bus.connect()),
            return_exceptions=True,
        )
        if unreached := [str(error) for error in tries if error is not None]:
            raise RuntimeError("; ".join(unreached))
        self.say("has reached both; looks at its store, streams and consumers, and makes indexes that are missing")
        for each in await surroundings(self._client, [*self.stores.values()], self.bus.jetstream, self.settings):
            log.error("%s: %s; %s", each.what, each.said, each.mend)
        await self._presence.begin()
        migrators = [Migrator(self._client, self.stores[each.name], each.migrations) for each in self.services]
        if self.settings.embedded:
            await provision(self.bus.jetstream, self.declaration)
            await asyncio.gather(*(each.run(log.info) for each in migrators if each.steps))
        elif old := [reason for each in migrators for reason in await each.outstanding()]:
            raise RuntimeError("; ".join(old))
        await self._check_bus()
        await asyncio.gather(*(store.start() for store in self.stores.values()))
        for service in self.services:
            self.bus.listen(self.stores[service.name], service.handlers)
        await self.bus.start()
        self.jobs.start()
        self._workers = [
            asyncio.create_task(work(self.context(service)), name=f"worker-{service.name}")
            for service in self.services
            for work in service.workers
        ]
        self._workers.append(asyncio.create_task(self._presence.stay(), name="presence"))
        self._started = True

    def say(self, what: str) -> None:
        """Where a start has come to. `cinnabar up` speaks to people and says it in its own way."""
        if not self.settings.embedded:
            log.info("%s %s %s", "+".join(service.name for service in self.services), version("cinnabar"), what)

    async def _check_bus(self) -> None:
        found = await self.bus.check(self.declaration)
        if stopping := [str(each) for each in found if each.stops]:
            raise RuntimeError("run `cinnabar provision`; the NATS server differs: " + "; ".join(stopping))
        for each in found:
            log.warning("%s; another release, or somebody, has set it; `cinnabar provision` sets it back", each)

    async def stop(self) -> None:
        """The reverse order: first no new work, then what is in hand, then the connections."""
        self._started = False
        await self.jobs.stop()
        await asyncio.gather(end(self._workers), self.bus.finish())
        await asyncio.gather(*(store.stop() for store in self.stores.values()))
        await self._presence.end()
        await self.bus.stop()
        self._client.close()

    def stuck(self) -> list[str]:
        """Loops that no longer turn: consumers that fetch nothing, workers that ended."""
        return self.bus.stuck() + [worker.get_name() for worker in self._workers if worker.done()]

    async def waiting_for(self) -> list[str]:
        """What keeps this process from taking work, in words; empty when it is ready."""
        waiting = sorted(self.pending) if self._started else ["start-up"]
        if not self.bus.connected:
            waiting.append("NATS")
        try:
            async with asyncio.timeout(2):
                await self._client.ping()
        except Exception as error:
            log.debug("not ready: %s", error)
            waiting.append("MongoDB")
        return waiting


def declaration_of(services: Sequence[Service], settings: Settings) -> Declaration:
    """What the server must have for these services. The embedded one may grow as far as its disk allows."""
    handlers = [(service.name, handler) for service in services for handler in service.handlers]
    max_bytes = NO_LIMIT if settings.embedded else settings.stream_max_bytes
    return declare(handlers, settings.municipality, settings.stream_replicas, max_bytes)


def verifier_of(settings: Settings) -> Verifier:
    """The configured OpenID Connect issuer, or the local one of the embedded mode."""
    if settings.oidc_issuer:
        return OidcIssuer(settings.oidc_issuer, settings.oidc_audience, settings.municipality)
    return LocalIssuer(settings.data_dir, settings.oidc_audience, settings.municipality)
