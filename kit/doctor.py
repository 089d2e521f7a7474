"""`cinnabar doctor`: what is well and what is not, each with its mend. It looks, and changes nothing."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, closing
from datetime import timedelta
from urllib.parse import urlsplit

import httpx

from kit.agreement import agreement
from kit.bus.bus import Bus
from kit.bus.dead_letters import DeadLetters
from kit.bus.leftovers import leftovers
from kit.bus.letter import Which
from kit.bus.provision import differences
from kit.clock import now
from kit.http.commands import IDEMPOTENCY_KEYS
from kit.reach import reach
from kit.runtime import declaration_of
from kit.service import Context, Service
from kit.settings import Settings
from kit.store import Client, Store
from kit.store.migrations import Migrator
from kit.surroundings import Finding, Verdict, clock, disk, mongo_disk, storage, store_and_stream, well

log = logging.getLogger(__name__)

OUTBOX_STANDS = timedelta(minutes=2)
MAIL_SECONDS = 5
SMTP_PORTS = {"smtp": 25, "smtp+starttls": 587, "smtps": 465}


async def examine(services: Sequence[Service], settings: Settings) -> AsyncIterator[Finding]:
    """Everything there is to say. All is asked at once: one server that does not answer keeps nobody from the rest."""
    parts = (_nats(services, settings), _mongo(services, settings), _both(services, settings), _around(settings))
    asked = [asyncio.create_task(_gathered(part)) for part in parts]
    for each in asked:
        for finding in await each:
            yield finding


async def _gathered(part: AsyncIterator[Finding]) -> list[Finding]:
    return [finding async for finding in part]


async def _around(settings: Settings) -> AsyncIterator[Finding]:
    yield disk(settings)
    yield await _mail(settings)
    yield await _issuer(settings)


async def _nats(services: Sequence[Service], settings: Settings) -> AsyncIterator[Finding]:
    async with AsyncExitStack() as stack:
        try:
            bus = Bus(settings.nats_url, "cinnabar-doctor", 1)
            stack.push_async_callback(bus.stop)
            await reach("NATS", settings.nats_url, "CINNABAR_NATS_URL", bus.connect())
        except RuntimeError as error:
            yield Finding("NATS", "wrong", str(error), _mend_of("CINNABAR_NATS_URL"))
            return
        async for finding in _jetstream(bus, services, settings):
            yield finding


async def _jetstream(bus: Bus, services: Sequence[Service], settings: Settings) -> AsyncIterator[Finding]:
    try:
        version = bus.client.connected_server_version
        yield well("NATS", f"version {version.major}.{version.minor}.{version.patch}")
        declaration = declaration_of(services, settings)
        found = await differences(bus.jetstream, declaration)
        for each in found:
            verdict: Verdict = "wrong" if each.stops else "look"
            mend = "cinnabar provision --yes" if each.destructive else "cinnabar provision"
            yield Finding("streams and consumers", verdict, str(each), mend)
        if not found:
            count = f"{len(declaration.streams)} streams, {len(declaration.consumers)} consumers"
            yield well("streams and consumers", f"{count} as declared")
        for gone in await leftovers(bus.jetstream, declaration, [service.name for service in services]):
            yield Finding("streams and consumers", "look", str(gone), "cinnabar provision --yes removes it")
        yield await storage(bus.jetstream)
        if not any(each.live == "missing" for each in found):
            yield await _dead_letters(bus.dead_letters)
    except Exception as error:
        said = f"{type(error).__name__}: {error}"
        yield Finding("JetStream", "wrong", said, "is JetStream on, and may this user ask it?")


def _mend_of(setting: str) -> str:
    return f"start it, or correct {setting}: its host, user, password and tlsCAFile"


async def _dead_letters(letters: DeadLetters) -> Finding:
    found, more = await letters.page(Which(), 0, 50)
    if not found:
        return well("dead letters", "none waits")
    count = f"{len(found)}{' or more' if more else ''}"
    return Finding("dead letters", "look", f"{count} wait", "cinnabar dead-letters list, and redrive after the mend")


async def _mongo(services: Sequence[Service], settings: Settings) -> AsyncIterator[Finding]:
    try:
        with closing(Client(settings.mongo_url, settings.databases)) as client:
            await reach("MongoDB", settings.mongo_url, "CINNABAR_MONGO_URL", client.ping())
            async for finding in _stores(client, services, settings):
                yield finding
    except Exception as error:
        yield Finding("MongoDB", "wrong", str(error)[:400], _mend_of("CINNABAR_MONGO_URL"))


async def _stores(client: Client, services: Sequence[Service], settings: Settings) -> AsyncIterator[Finding]:
    server = await client.describe()
    yield _set(server.version, server.replica_set)
    yield await clock(client)
    if services:
        yield await mongo_disk(client, services[0].name)
    stores = {each.name: _store_of(each, client, settings) for each in services}
    async for finding in agreement(stores.values()):
        yield finding
    for service in services:
        store = stores[service.name]
        async for finding in _store(service.name, store):
            yield finding
        for reason in await Migrator(client, store, service.migrations).outstanding():
            yield Finding(f"store of {service.name}", "wrong", reason, f"cinnabar migrate {service.name}")
        for fact in await service.facts(Context(store, settings)) if service.facts else ():
            yield Finding(fact.what, "well" if fact.well else "look", fact.said, fact.mend)


async def _both(services: Sequence[Service], settings: Settings) -> AsyncIterator[Finding]:
    """The stores beside the streams; nothing where a server does not answer, for that is told elsewhere."""
    async with AsyncExitStack() as stack:
        try:
            client = stack.enter_context(closing(Client(settings.mongo_url, settings.databases)))
            bus = Bus(settings.nats_url, "cinnabar-doctor", 1)
            stack.push_async_callback(bus.stop)
            await reach("NATS", settings.nats_url, "CINNABAR_NATS_URL", bus.connect())
            for service in services:
                yield await store_and_stream(bus.jetstream, _store_of(service, client, settings))
        except Exception as error:
            log.debug("stores and streams could not be compared: %s", error)


def _store_of(service: Service, client: Client, settings: Settings) -> Store:
    collections = [*service.collections, IDEMPOTENCY_KEYS]
    return Store(client, service.name, settings.municipality, collections, read_model=service.read_model)


def _set(version: str, replica_set: str | None) -> Finding:
    if replica_set is None:
        mend = "start mongod with --replSet and initiate it: transactions need one"
        return Finding("MongoDB", "wrong", f"version {version} is no member of a replica set", mend)
    return well("MongoDB", f"version {version}, replica set {replica_set}")


async def _store(name: str, store: Store) -> AsyncIterator[Finding]:
    if missing := await store.missing_indexes():
        yield Finding(f"indexes of {name}", "look", f"missing: {', '.join(missing)}", f"cinnabar migrate {name}")
    else:
        yield well(f"indexes of {name}", "as declared")
    oldest = await store.outbox.oldest_unsent()
    if oldest is not None and (age := now() - oldest) > OUTBOX_STANDS:
        said = f"an event waits for {age.total_seconds():.0f} s"
        yield Finding(f"outbox of {name}", "wrong", said, f"does {name} run, and does it reach NATS? its log says")
    else:
        yield well(f"outbox of {name}", "nothing stands")


async def _mail(settings: Settings) -> Finding:
    if not settings.smtp_url:
        return Finding("mail", "look", "no mail server is set: alerts stay in the inbox", "set CINNABAR_SMTP_URL")
    parts = urlsplit(settings.smtp_url)
    place = f"{parts.hostname}:{parts.port or SMTP_PORTS.get(parts.scheme, 25)}"
    try:
        async with asyncio.timeout(MAIL_SECONDS):
            _, writer = await asyncio.open_connection(parts.hostname, int(place.rpartition(":")[2]))
            writer.close()
    except (OSError, TimeoutError) as error:
        said = f"{place} does not answer ({str(error) or type(error).__name__})"
        return Finding("mail", "wrong", said, "correct CINNABAR_SMTP_URL, or let the network through")
    return well("mail", f"{place} answers")


async def _issuer(settings: Settings) -> Finding:
    if not settings.oidc_issuer:
        verdict: Verdict = "well" if settings.embedded else "look"
        mend = "" if settings.embedded else "set CINNABAR_OIDC_ISSUER to your OpenID Connect issuer"
        return Finding("sign-in", verdict, "tokens are our own local issuer's", mend)
    url = f"{settings.oidc_issuer.rstrip('/')}/.well-known/openid-configuration"
    try:
        async with httpx.AsyncClient(timeout=MAIL_SECONDS) as client:
            (await client.get(url)).raise_for_status().json()["jwks_uri"]
    except (httpx.HTTPError, ValueError, KeyError) as error:
        return Finding(
            "sign-in", "wrong", f"{url}: {error}", "correct CINNABAR_OIDC_ISSUER, or let the network through"
        )
    return well("sign-in", f"{settings.oidc_issuer} publishes its keys")
