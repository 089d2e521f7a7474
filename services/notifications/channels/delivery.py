"""One alert on its way through one channel besides e-mail: the same states, retries and trail as a mail has.

waiting --> sending --> delivered | failed
            |     ^
            v     |
            deferred            waiting, deferred --> withheld
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Literal, Self
from uuid import UUID, uuid5

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from contracts.notifications import AlertDeliveredV1, AlertFailedV1
from contracts.registry import Event
from contracts.values import Reason, Value
from services.notifications.alerts import RETRY_AFTER, IllegalTransition

State = Literal["waiting", "sending", "deferred", "delivered", "failed", "withheld"]

_DELIVERIES = UUID("b0f6a1e4-2d0b-5c8e-8f35-7a4e0d6a2c11")


class Outcome(Value):
    """What came of one attempt. `words`: what the other side said. `over`: it will never take anything again."""

    ok: bool
    words: str = ""
    permanent: bool = False
    over: bool = False
    again_at: AwareDatetime | None = Field(default=None, description="When it asked to be tried again.")


class Delivery(BaseModel):
    """One alert, one route. Every step returns a new delivery."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    delivery_id: str
    version: int = 0
    events: list[Event] = Field(default=[], exclude=True)
    alert_id: str
    person: str
    channel: str
    route: str
    state: State = "waiting"
    raised_at: AwareDatetime
    not_before: AwareDatetime | None
    sending_since: AwareDatetime | None = None
    settled_at: AwareDatetime | None = None
    attempts: int = 0
    refusal: str | None = None
    withheld: Reason | None = None

    def due(self, now: datetime) -> bool:
        return self.state in ("waiting", "deferred") and self.not_before is not None and self.not_before <= now

    def sending(self, now: datetime) -> Self:
        """Claimed for one attempt."""
        if not self.due(now):
            raise IllegalTransition(f"delivery {self.delivery_id} is {self.state}; only one that is due can be sent")
        return self._with(state="sending", sending_since=now, not_before=None, attempts=self.attempts + 1)

    def settled(self, outcome: Outcome, now: datetime) -> Self:
        """After an attempt: delivered, put off to the next retry, or failed for good."""
        if self.state != "sending":
            raise IllegalTransition(f"delivery {self.delivery_id} is {self.state}; only one being sent can be settled")
        told = {"alert_id": self.alert_id, "person": self.person, "channel": self.channel}
        if outcome.ok:
            said: Event = AlertDeliveredV1(**told, delivered_at=now)
            return self._with(said, state="delivered", settled_at=now, sending_since=None, refusal=None)
        if outcome.permanent or outcome.over or self.attempts > len(RETRY_AFTER):
            said = AlertFailedV1(**told, reason=outcome.words, attempts=self.attempts)
            return self._with(said, state="failed", settled_at=now, sending_since=None, refusal=outcome.words)
        again = max(now + RETRY_AFTER[self.attempts - 1], outcome.again_at or now)
        return self._with(state="deferred", not_before=again, sending_since=None, refusal=outcome.words)

    def lapsed(self, now: datetime, lease: timedelta) -> Self:
        """Freed from a sender that died: nobody knows whether it left, so it goes once more."""
        if self.state != "sending" or (self.sending_since is not None and now < self.sending_since + lease):
            raise IllegalTransition(f"delivery {self.delivery_id} is held by its sender")
        return self.settled(Outcome(ok=False, words="The sender stopped before it knew the outcome."), now)

    def withhold(self, why: Reason, now: datetime) -> Self:
        if self.state not in ("waiting", "deferred"):
            raise IllegalTransition(f"delivery {self.delivery_id} is {self.state}; it cannot be withheld")
        return self._with(state="withheld", withheld=why, not_before=None, settled_at=now)

    def _with(self, *events: Event, **changes: Any) -> Self:
        return self.model_copy(update={"events": [*self.events, *events], **changes})


def delivery_id_for(route: str, what: str) -> str:
    """The one delivery of one thing by one route; a department's route carries once what several of its people hear."""
    return str(uuid5(_DELIVERIES, f"{route}\n{what}"))
