"""Why somebody is asked about what another was told of, and how an answer is waited for."""

from __future__ import annotations

from typing import Literal

from pydantic import AwareDatetime, Field

from contracts.values import Code, Reason, Value

Rank = Literal["deputy", "head", "director"]


class Before(Value):
    """Somebody who was asked before."""

    person: str
    name: str
    at: AwareDatetime


class Asked(Value):
    """Why somebody is asked."""

    how: Code = Field(description="Known: handed_over, deputy, head, director, reminder.")
    by: str = Field(description="Id of the person who handed it over, or whom it was told first.")
    by_name: str
    since: AwareDatetime = Field(description="Since when it waits for an answer, or when it was handed over.")
    words: str | None = Field(default=None, description="What that person wrote along.")
    before: tuple[Before, ...] = Field(default=(), description="Who was asked before, the first one first.")
    may_decide: bool = Field(default=False, description="Whether the answer is the municipality's decision.")


class Step(Value):
    """One step of an escalation: somebody is asked, or passed over, and why."""

    at: AwareDatetime
    rank: Rank
    person: str | None = None
    name: str = ""
    passed_over: Reason | None = Field(default=None, description="Why not them; null when they are asked.")


class Chase(Value):
    """How an answer is waited for. unanswered: everybody was asked."""

    state: Literal["waiting", "ended", "unanswered"] = "waiting"
    since: AwareDatetime | None = Field(default=None, description="Since when the first person could answer.")
    answer_by: AwareDatetime | None = Field(default=None, description="When the next one is asked.")
    steps: tuple[Step, ...] = ()

    @property
    def asked(self) -> tuple[Step, ...]:
        return tuple(step for step in self.steps if step.passed_over is None)
