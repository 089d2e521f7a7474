"""One difference between two schemas: which rule, where, and what stood there before and after."""

from __future__ import annotations

from dataclasses import dataclass

from contracts.compatibility.rules import VERDICTS, Verdict
from contracts.compatibility.wording import BACKWARD, Wording, wording


@dataclass(frozen=True, slots=True)
class Difference:
    """What a reader finds other than the writer wrote it.

    `path` names the property (`call.deadline`, `readings[].value`; empty for the whole schema); `written` and `read`
    say in a few words what the writer's and the reader's schema have there.
    """

    rule: str
    path: str
    written: str = ""
    read: str = ""

    def __post_init__(self) -> None:
        if self.rule not in VERDICTS:
            raise ValueError(f"{self.rule!r} is no compatibility rule: add it to contracts/compatibility/rules.py")

    @property
    def verdict(self) -> Verdict:
        return VERDICTS[self.rule]

    @property
    def name(self) -> str:
        return f"`{self.path}`" if self.path else "the event itself"

    @property
    def wording(self) -> Wording:
        return wording(self.rule)

    @property
    def message(self) -> str:
        """What changed from the writer's schema to the reader's, as if time ran that way."""
        return f"{self.name} {self.wording.change(BACKWARD, self.written, self.read)}"

    @property
    def mend(self) -> str:
        return self.wording.mend
