"""How a service says what it hears: a plain function on one event and a unit of work."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from random import Random
from typing import Any, TypeVar

from contracts.registry import Contract, Event
from kit.store.work import Work

E = TypeVar("E", bound=Event)
HandlerFunction = Callable[[E, Work], Awaitable[None]]


class Permanent(Exception):
    """Trying again cannot help: the event goes to the dead letters at once. `code` is stable."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


@dataclass(frozen=True, slots=True)
class Retry:
    """Seconds to wait before the 2nd, 3rd, ... attempt; after the last one the event is a dead letter.

    The same for a handler's errors and for what a replica of another build may be able to read
    (docs/decisions/unreadable-events.md). `jitter` is the share by which a delay may be longer or shorter.
    """

    delays: tuple[float, ...] = (1, 5, 30, 120, 600)
    jitter: float = 0.2

    @property
    def attempts(self) -> int:
        return len(self.delays) + 1

    @property
    def longest(self) -> float:
        """Seconds until the last attempt has begun, at most."""
        return sum(self.delays) * (1 + self.jitter)

    def delay(self, attempt: int, random: Random) -> float | None:
        """How long to wait after the attempt numbered `attempt` (from 1) failed; None: no more."""
        place = max(attempt, 1) - 1
        if place >= len(self.delays):
            return None
        planned = self.delays[place]
        return planned * (1 + self.jitter * (2 * random.random() - 1))


TIME_LIMIT = 60.0
AT_ONCE = 400


@dataclass(frozen=True, slots=True)
class Handler:
    """One function a service runs for one contract, with its durable consumer's name and retry policy.

    `entity` names what must not be handled twice at the same time; without it that is the event's subject.
    `time_limit`: seconds one attempt may take. `at_once`: events that may be worked on at the same time in a process;
    few, where each reads so much that many together would not fit into its memory.
    """

    contract: Contract
    run: HandlerFunction[Any]
    name: str
    retry: Retry
    entity: Callable[[Any], str] | None = None
    in_order: bool = False
    latest: bool = False
    time_limit: float = TIME_LIMIT
    at_once: int = AT_ONCE

    def durable(self, service: str) -> str:
        """The JetStream durable: `notifications_raise_alerts`."""
        return f"{service}_{self.name}"


def handles(
    model: type[E],
    *,
    retry: Retry | None = None,
    entity: Callable[[E], str] | None = None,
    in_order: bool = False,
    latest: bool = False,
    time_limit: float = TIME_LIMIT,
    at_once: int = AT_ONCE,
) -> Callable[[HandlerFunction[E]], Handler]:
    """Declare a plain async function as the handler of one event version.

    Most handlers compare `work.cause.sequence` with what they stored, which makes a late or repeated event
    harmless. `latest` does so for those that store nothing to compare: an event older than one that has taken
    effect for the same entity is passed over. `in_order` is for those that have to see every one: event n + 1 of
    an entity waits until event n has taken effect, and later than the whole retry policy of event n it becomes a
    dead letter. It asks that the producer says this very event at each version of the entity, starting with 1.
    """

    def declare(function: HandlerFunction[E]) -> Handler:
        name = getattr(function, "__name__", "handler")
        return Handler(model.contract, function, name, retry or Retry(), entity, in_order, latest, time_limit, at_once)

    return declare


@dataclass(frozen=True, slots=True)
class RawMessage:
    """A payload that is no event of ours, such as what a device sent, with where it came from.

    A redriven one has the subject and the id it had at first.
    """

    subject: str
    body: bytes
    message_id: str


RawFunction = Callable[[RawMessage, Work], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class RawHandler:
    """One function a service runs for raw payloads on one stream."""

    stream: str
    subject: str
    run: RawFunction
    name: str
    retry: Retry
    time_limit: float = TIME_LIMIT
    at_once: int = AT_ONCE

    def durable(self, service: str) -> str:
        return f"{service}_{self.name}"


def receives(stream: str, subject: str, *, retry: Retry | None = None) -> Callable[[RawFunction], RawHandler]:
    """Declare a plain async function as the receiver of raw payloads.

    `subject` may hold `{municipality}`, which is filled in when the service starts.
    """

    def declare(function: RawFunction) -> RawHandler:
        return RawHandler(stream, subject, function, getattr(function, "__name__", "receiver"), retry or Retry())

    return declare
