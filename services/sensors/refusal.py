"""Why input is refused: each defect names its place and the mend."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Defect:
    """What is wrong at one place, and what to do about it."""

    field: str
    message: str
    mend: str


class Refused(ValueError):
    """Nothing of what was sent is taken, for these reasons."""

    def __init__(self, defects: Sequence[Defect]) -> None:
        self.defects = tuple(defects)
        super().__init__("; ".join(f"{defect.field}: {defect.message}" for defect in self.defects))
