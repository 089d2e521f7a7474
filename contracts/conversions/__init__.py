"""One event in another version of itself: how a producer says the old version beside the new one, and how a reader
of the new version reads what was only ever said in the old one.

A step leads from one version to a neighbouring one and is a pure function of the event and the moment it was said.
Steps live in one file per service beside this one; longer ways are made of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime
from importlib import import_module
from itertools import pairwise
from typing import TypeVar

from contracts.envelope import Envelope, attributes_of
from contracts.registry import Contract, Event, versions_of

S = TypeVar("S", bound=Event)
T = TypeVar("T", bound=Event)
Step = Callable[[S, datetime], T]

_WITH_STEPS = ("funding",)
_steps: dict[tuple[str, str], Step[Event, Event]] = {}


def converts(source: type[S], target: type[T]) -> Callable[[Step[S, T]], Step[S, T]]:
    """Register a step between two versions of one event. Raises ValueError when they are no neighbours."""
    old, new = source.contract, target.contract
    if old.family != new.family or abs(old.version - new.version) != 1:
        raise ValueError(f"{old.type} and {new.type} are no neighbouring versions of one event")

    def register(step: Step[S, T]) -> Step[S, T]:
        _steps[old.type, new.type] = step  # type: ignore[assignment]
        return step

    return register


def convertible(source: Contract, target: Contract) -> bool:
    return _way(source, target) is not None


def convert(event: Event, target: Contract, said_at: datetime) -> Event:
    """`event`, said at `said_at`, in the version `target`. Raises LookupError when no way leads there."""
    way = _way(event.contract, target)
    if way is None:
        raise LookupError(f"nothing turns {event.contract.type} into {target.type}")
    for step in way:
        event = step(event, said_at)
    return event


def converted(envelope: Envelope, target: Contract) -> Envelope:
    """The same occurrence with its event in the version `target`. Raises LookupError when no way leads there."""
    return replace(envelope, event=convert(envelope.event, target, envelope.time))


def as_said(event: Event, said_at: datetime) -> list[Event]:
    """The versions in which an occurrence is said: `event`, then every older one that has not met its sunset."""
    own = event.contract
    older = [each for each in versions_of(own.family) if each.version < own.version and each.is_said(said_at.date())]
    newest_first = sorted(older, key=lambda contract: -contract.version)
    return [event, *(convert(event, contract, said_at) for contract in newest_first)]


def is_said_readably(body: bytes) -> bool:
    """Whether an event of a version nobody here knows is said in a known one, too. Raises Unreadable."""
    attributes, _ = attributes_of(body)
    family = attributes.type.removeprefix("cinnabar.").rpartition(".v")[0]
    said = {part.strip() for part in (attributes.versions or "").split(",")}
    return any(str(contract.version) in said for contract in versions_of(family))


def missing_steps(contracts: Iterable[Contract]) -> list[str]:
    """Neighbouring versions between which a step is missing, one message each with its mend."""
    known = sorted(contracts, key=lambda contract: (contract.family, contract.version))
    neighbours = [(old, new) for old, new in pairwise(known) if old.family == new.family]
    return [
        f"nothing turns {source.type} into {target.type}: add a step to contracts/conversions/{source.service}.py"
        for old, new in neighbours
        for source, target in ((old, new), (new, old))
        if not convertible(source, target)
    ]


def _way(source: Contract, target: Contract) -> list[Step[Event, Event]] | None:
    """The steps from one version to another over all between; None when one of them is missing."""
    if source.family != target.family:
        return None
    if source.version == target.version:
        return []
    for service in _WITH_STEPS:
        import_module(f"contracts.conversions.{service}")
    between = [each for each in versions_of(source.family) if _is_between(each.version, source, target)]
    ordered = sorted(between, key=lambda contract: contract.version, reverse=source.version > target.version)
    steps = [_steps.get((old.type, new.type)) for old, new in pairwise(ordered)]
    return [step for step in steps if step is not None] if all(steps) else None


def _is_between(version: int, source: Contract, target: Contract) -> bool:
    low, high = sorted((source.version, target.version))
    return low <= version <= high
