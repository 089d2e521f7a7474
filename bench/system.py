"""Servers of this run's own in a temporary folder, and services of its own on them."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nats
from fastapi import APIRouter
from prometheus_client import Counter

from kit import metrics
from kit.bus.handlers import Handler
from kit.embedded import embedded_servers
from kit.runtime import Runtime
from kit.service import Service
from kit.settings import Settings
from kit.store import Client, Collection

MUNICIPALITY = "bench"
PATIENCE_SECONDS = 120


@asynccontextmanager
async def servers() -> AsyncIterator[Settings]:
    """nats-server and mongod as the embedded mode starts them; nothing is left behind."""
    with tempfile.TemporaryDirectory(prefix="cinnabar-bench-") as folder:
        async with embedded_servers(folder, mail=False) as running:
            yield Settings(
                nats_url=running.nats_url,
                mongo_url=running.mongo_url,
                data_dir=Path(folder),
                municipality=MUNICIPALITY,
                embedded=True,
            )


@dataclass(frozen=True, slots=True)
class Plain:
    """The drivers alone, with the product's own options, for what ours is compared with."""

    jetstream: Any
    database: Any


@asynccontextmanager
async def plain(settings: Settings) -> AsyncIterator[Plain]:
    connection = await nats.connect(settings.nats_url)
    client = Client(settings.mongo_url)
    try:
        yield Plain(connection.jetstream(timeout=5), client.database("plain"))
    finally:
        await connection.close()
        client.close()


@asynccontextmanager
async def running(settings: Settings, *services: Service) -> AsyncIterator[Runtime]:
    runtime = Runtime(services, settings)
    await runtime.start()
    try:
        yield runtime
    finally:
        await runtime.stop()


def service(
    name: str,
    collections: Sequence[Collection] = (),
    handlers: Sequence[Handler] = (),
    read_model: Sequence[Collection] = (),
) -> Service:
    """A service without pages and API; `name` is a real one, because events belong to real services."""
    return Service(
        name=name,
        title=name,
        collections=collections,
        api=APIRouter(),
        pages=APIRouter(),
        templates=Path(__file__).parent,
        handlers=handlers,
        read_model=read_model,
    )


def published(service: str) -> float:
    """Events the relay of `service` got acknowledged and marked in this process so far."""
    return _counted(metrics.PUBLISHED, service=service)


def handled(service: str, handler: str) -> float:
    """Deliveries that took effect and were acknowledged in this process so far."""
    return _counted(metrics.HANDLED, service=service, handler=handler, outcome="handled")


def _counted(counter: Counter, **labels: str) -> float:
    samples = (sample for metric in counter.collect() for sample in metric.samples)
    return next((s.value for s in samples if s.labels == labels and s.name.endswith("_total")), 0.0)


async def reaches(count: Callable[[], float], goal: float) -> None:
    """Return as soon as `count` is at `goal`. Raises TimeoutError after two minutes without."""
    async with asyncio.timeout(PATIENCE_SECONDS):
        while count() < goal:
            await asyncio.sleep(0.005)
