"""Which units of work may share a transaction: none that rely on, or make, the same thing."""

from __future__ import annotations

from collections import deque
from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from typing import Protocol, TypeVar


@dataclass(frozen=True, slots=True)
class Claims:
    """What a unit touches. `alone`: nobody else may in the same group; `shared`: others may, if they share it too."""

    alone: frozenset[Hashable]
    shared: frozenset[Hashable] = frozenset()


class Claiming(Protocol):
    @property
    def claims(self) -> Claims: ...


M = TypeVar("M", bound=Claiming)


def next_group(waiting: deque[M], limit: int) -> list[M]:
    """Take up to `limit` members out of `waiting`, oldest first, that do not get in each other's way.

    Whoever has to wait keeps its place, and nobody later passes it on a thing they both touch.
    """
    group: list[M] = []
    later: list[M] = []
    alone: set[Hashable] = set()
    shared: set[Hashable] = set()
    while waiting and len(group) < limit:
        member = waiting.popleft()
        claims = member.claims
        free = claims.alone.isdisjoint(alone) and claims.alone.isdisjoint(shared) and claims.shared.isdisjoint(alone)
        (group if free else later).append(member)
        alone |= claims.alone
        shared |= claims.shared
    waiting.extendleft(reversed(later))
    return group


def claims_of(alone: Iterable[Hashable], shared: Iterable[Hashable]) -> Claims:
    only = frozenset(alone)
    return Claims(only, frozenset(shared) - only)
