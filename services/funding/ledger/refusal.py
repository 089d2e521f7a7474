"""Why a change to the ledger is refused: each mistake names its field and the mend."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Mistake:
    """What is wrong with one field, and what to do about it."""

    field: str
    message: str
    mend: str


class Refused(ValueError):
    """Nothing is changed, for these reasons."""

    def __init__(self, mistakes: Sequence[Mistake]) -> None:
        self.mistakes = tuple(mistakes)
        super().__init__("; ".join(f"{mistake.field}: {mistake.message}" for mistake in mistakes))

    @classmethod
    def at(cls, field: str, message: str, mend: str) -> Refused:
        return cls([Mistake(field, message, mend)])


class Contradicted(Refused):
    """What was sent is sound by itself, but the ledger holds something that leaves no room for it."""
