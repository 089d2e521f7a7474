"""A way to reach a person, or a department, besides e-mail: a browser that takes pushes, or a service Apprise knows."""

from __future__ import annotations

from datetime import datetime
from typing import Literal, Self

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from contracts.registry import Event
from contracts.values import Reason, Value
from services.notifications.channels.delivery import Outcome
from services.notifications.reasons import reason as say

Channel = Literal["push", "apprise"]
Wants = Literal["all", "urgent"]

SEALED_AS = "channel routes"


class Result(Value):
    """What came of the latest attempt."""

    at: AwareDatetime
    ok: bool
    words: str


class Route(BaseModel):
    """Where alerts go. What is secret in its address is sealed; `name` says which it is."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    route_id: str
    version: int = 0
    events: list[Event] = Field(default=[], exclude=True)
    person: str | None = Field(default=None, description="Whose it is; null: a department's.")
    department: str | None = None
    channel: Channel
    name: str
    sealed: bytes = Field(repr=False)
    wants: Wants = "all"
    language: Literal["sl", "en"] = "sl"
    made_by: str
    made_at: AwareDatetime
    ended_at: AwareDatetime | None = None
    ended: Reason | None = None
    last: Result | None = None

    def takes(self, *, urgent: bool, mandatory: bool) -> bool:
        """Whether an alert goes this way; what is mandatory goes every way there is."""
        return self.ended_at is None and (self.wants == "all" or urgent or mandatory)

    def after(self, outcome: Outcome, now: datetime) -> Self:
        """With what came of an attempt; ended when the other side will never take anything again."""
        result = Result(at=now, ok=outcome.ok, words=outcome.words)
        if not outcome.over:
            return self.model_copy(update={"last": result})
        gone = say("gone", "Druga stran je ne pozna več.", "The other side does not know it any more.", outcome.words)
        return self.model_copy(update={"last": result, "ended_at": now, "ended": gone})

    def removed(self, by: str, now: datetime) -> Self:
        why = say("removed", "Odstranjena.", "Removed.", by)
        return self.model_copy(update={"ended_at": now, "ended": why, "sealed": b""})
