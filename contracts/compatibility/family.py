"""One event version against every revision of it that was ever released, in both directions.

Replay reads old events with today's code (BACKWARD); services and integrators that have not been upgraded read
today's events (FORWARD). Both must hold against each released revision, not only the last: FULL_TRANSITIVE.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from contracts.compatibility.comparison import Comparison
from contracts.compatibility.difference import Difference
from contracts.compatibility.rules import STRICT
from contracts.compatibility.shapes import Schema
from contracts.compatibility.wording import BACKWARD, FORWARD, Direction


@dataclass(frozen=True, slots=True)
class Revision:
    """One schema of an event version: what its producers write (closed) and what its readers take (open)."""

    type: str
    number: int
    writer: Schema
    reader: Schema


@dataclass(frozen=True, slots=True)
class Violation:
    """A change that would break somebody, told in one sentence with its mend."""

    type: str
    revisions: tuple[int, ...]
    direction: Direction
    difference: Difference

    @property
    def rule(self) -> str:
        return self.difference.rule

    @property
    def path(self) -> str:
        return self.difference.path

    @property
    def message(self) -> str:
        difference = self.difference
        change = difference.wording.change(self.direction, difference.written, difference.read)
        mend = difference.wording.mend_for(self.direction)
        return f"{difference.name} in {self.type} {change}: {self._consequence()}; {mend} or publish {self._next}"

    def _consequence(self) -> str:
        events = f"events {self.difference.wording.affected}".strip()
        which = "revision " if len(self.revisions) == 1 else "revisions "
        numbers = which + ", ".join(map(str, self.revisions))
        if self.direction == BACKWARD:
            return f"old {events} ({numbers}) would be refused"
        return f"readers of {numbers} would refuse new {events}"

    @property
    def _next(self) -> str:
        return f"v{int(self.type.rsplit('.v', 1)[-1]) + 1}"

    def __str__(self) -> str:
        return f"{self.message} [{self.rule}]"


def check_family(
    revisions: Iterable[Revision], current: Revision, *, allowed: frozenset[str] = STRICT
) -> list[Violation]:
    """Every violation of `current` against each of the earlier `revisions`, told once for all it concerns."""
    concerned: dict[tuple[Direction, Difference], list[int]] = {}
    for revision in revisions:
        backward = Comparison(revision.writer, current.reader, allowed).refusals(revision.writer, current.reader)
        forward = Comparison(current.writer, revision.reader, allowed).refusals(current.writer, revision.reader)
        for difference in dict.fromkeys(backward):
            concerned.setdefault((BACKWARD, difference), []).append(revision.number)
        for difference in dict.fromkeys(forward):
            concerned.setdefault((FORWARD, difference), []).append(revision.number)
    return [
        Violation(current.type, tuple(numbers), direction, difference)
        for (direction, difference), numbers in concerned.items()
    ]
