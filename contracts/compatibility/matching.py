"""Pair branches with branches so that as many as possible find a partner of their own."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

T = TypeVar("T")


def match(left: Sequence[T], right: Sequence[T], fits: Callable[[T, T], bool]) -> dict[int, int]:
    """A maximum matching, as places in `left` -> places in `right` (Kuhn's augmenting paths)."""
    choices = [[there for there, other in enumerate(right) if fits(one, other)] for one in left]
    taken: dict[int, int] = {}

    def place(here: int, tried: set[int]) -> bool:
        for there in choices[here]:
            if there in tried:
                continue
            tried.add(there)
            if there not in taken or place(taken[there], tried):
                taken[there] = here
                return True
        return False

    for here in range(len(left)):
        place(here, set())
    return {here: there for there, here in taken.items()}
