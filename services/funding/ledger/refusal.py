"""Why a change to the ledger is refused: each mistake names its field and the mend."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Mistake:
    """What is wrong with one field, and what to do about it; `sl` says both to readers of Slovenian pages."""

    field: str
    message: str
    mend: str
    sl: str | None = None

    @property
    def en(self) -> str:
        return f"{self.message[:1].upper()}{self.message[1:]}: {self.mend}."


class Refused(ValueError):
    """Nothing is changed, for these reasons."""

    def __init__(self, mistakes: Sequence[Mistake]) -> None:
        self.mistakes = tuple(mistakes)
        super().__init__("; ".join(f"{mistake.field}: {mistake.message}" for mistake in mistakes))

    @classmethod
    def at(cls, field: str, message: str, mend: str, sl: str | None = None) -> Refused:
        return cls([Mistake(field, message, mend, sl)])


class Contradicted(Refused):
    """What was sent is sound by itself, but the ledger holds something that leaves no room for it."""
