"""What a service is to the chassis: its name, what it stores, hears, answers and shows."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Coroutine, Sequence
from dataclasses import dataclass, field
from importlib.metadata import entry_points
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer
from fastapi import APIRouter

from kit.bus.handlers import Handler, RawHandler
from kit.store import Collection, Migration, Store

if TYPE_CHECKING:
    from kit.bus.bus import Bus
    from kit.settings import Settings

NAMES = ("actions", "funding", "sensors", "notifications", "reporting")


@dataclass(frozen=True, slots=True)
class Context:
    """What a job or a start-up step may use. `bus` is there in a running process."""

    store: Store
    settings: Settings
    bus: Bus | None = None


@dataclass(frozen=True, slots=True)
class Fact:
    """One line that a service tells of itself to `cinnabar status` and `cinnabar doctor`; `mend` unless it is well."""

    what: str
    said: str
    well: bool = True
    mend: str = ""


@dataclass(frozen=True, slots=True)
class Job:
    """Something done again and again: `every` in seconds, once across all replicas."""

    name: str
    every: float
    run: Callable[[Context], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Service:
    """One self-contained service. Run it alone or with others in one process.

    Jobs run once across all replicas; workers run in every process, from its start to its end. `read_model` are
    those of the collections that handlers make of events alone, so that `cinnabar replay` can make them anew.
    `facades` are parts of the API at addresses of their own, such as `/api/events`.
    `migrations` bring what earlier versions stored into today's form.
    """

    name: str
    title: str
    collections: Sequence[Collection]
    api: APIRouter
    pages: APIRouter
    templates: Path
    facades: APIRouter = field(default_factory=APIRouter)
    handlers: Sequence[Handler | RawHandler] = ()
    jobs: Sequence[Job] = ()
    workers: Sequence[Callable[[Context], Coroutine[Any, Any, None]]] = ()
    read_model: Sequence[Collection] = ()
    migrations: Sequence[Migration] = ()
    commands: typer.Typer | None = None
    facts: Callable[[Context], Awaitable[Sequence[Fact]]] | None = None
    load_example: Callable[[Context, Path], Awaitable[None]] | None = None


def installed() -> list[str]:
    """The names of the services in this installation: all of them, or an image's one."""
    found = {entry.name for entry in entry_points(group="cinnabar.services")}
    return [name for name in NAMES if name in found]


def load(name: str) -> Service:
    """The installed service of that name. Raises LookupError naming the extra to install."""
    for entry in entry_points(group="cinnabar.services", name=name):
        service = entry.load()
        if isinstance(service, Service):
            return service
    raise LookupError(f"there is no service {name!r} here; install cinnabar[{name}] or name one of {', '.join(NAMES)}")
