"""Who hears an event: read from the handlers of the services installed beside this one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from contracts.registry import Contract
from kit.bus.handlers import Handler
from kit.service import NAMES, Service, load


@dataclass(frozen=True, slots=True)
class Hearer:
    """One handler of one service, the version it is written for, and the first paragraph it says of itself."""

    service: str
    handler: str
    version: int
    purpose: str


class Hearers:
    """Asks every installed service once, when somebody first looks: loading them takes a moment.

    `running` are the services of this process, which need no entry point. An image that carries one service only
    cannot ask the others; `unasked` names them, so that the page does not pass silence off as an answer.
    """

    def __init__(self, running: Sequence[Service]) -> None:
        self._running = {service.name: service for service in running}

    def of(self, contract: Contract) -> list[Hearer]:
        """The handlers of an event, in the order of the services' names; each hears every version, read as its own."""
        return [
            Hearer(service.name, handler.name, handler.contract.version, _purpose(handler))
            for service in self._asked
            for handler in service.handlers
            if isinstance(handler, Handler) and handler.contract.family == contract.family
        ]

    @cached_property
    def unasked(self) -> list[str]:
        asked = {service.name for service in self._asked}
        return [name for name in NAMES if name not in asked]

    @cached_property
    def _asked(self) -> list[Service]:
        found = (self._running.get(name) or _installed(name) for name in NAMES)
        others = (service for name, service in self._running.items() if name not in NAMES)
        return [service for service in (*found, *others) if service is not None]


def _installed(name: str) -> Service | None:
    """The service, or None where it, or a library that only it needs, is not installed."""
    try:
        return load(name)
    except (LookupError, ImportError):
        return None


def _purpose(handler: Handler) -> str:
    return " ".join((handler.run.__doc__ or "").split("\n\n")[0].split())
