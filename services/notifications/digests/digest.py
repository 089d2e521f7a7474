"""A digest and what becomes of it. It holds its alerts for one attempt, so that what happens meanwhile still counts.

sending --> delivered | failed
   |  ^
   v  |
put_back    the server did not take it: its alerts are free, and join the next attempt as they are by then
doubtful    it may have left: the same alerts are sent again under the same Message-ID
"""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any, Literal, Self
from uuid import UUID, uuid5

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from contracts.registry import Event
from services.notifications.alerts import RETRY_AFTER, IllegalTransition

State = Literal["sending", "put_back", "doubtful", "delivered", "failed"]

LONGEST_RETRY = timedelta(hours=1)
"""A digest is tried until the server answers for good, so that an outage of any length is caught up by one."""

_DIGESTS = UUID("0f6f4c2e-3a55-5c0b-9a41-6a1d3b8f7c10")


def digest_id_for(person: str, occasion: datetime) -> str:
    """The one id the digest of a person for an occasion can have, whoever makes it."""
    return str(uuid5(_DIGESTS, json.dumps([person, occasion.astimezone(UTC).isoformat()])))


class Digest(BaseModel):
    """What is sent to one person for one occasion. Every step returns a new digest."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    digest_id: str
    version: int = 0
    events: list[Event] = Field(default=[], exclude=True)
    person: str
    occasion: AwareDatetime = Field(description="The moment it was gathered for.")
    state: State = "sending"
    alerts: tuple[str, ...] = Field(description="Ids of the alerts it tells of.")
    subscriptions: tuple[str, ...] = Field(default=(), description="Ids of the subscriptions that led to them.")
    closed_at: AwareDatetime = Field(description="When it was closed: what came too late waits for the next.")
    sending_since: AwareDatetime | None = None
    not_before: AwareDatetime | None = Field(default=None, description="When the next attempt may be made.")
    attempts: int = 0
    may_have_left: bool = Field(default=False, description="An attempt broke off where the server may have accepted.")
    message_id: str | None = None
    refusal: str | None = Field(default=None, description="The latest reason the mail server gave.")
    settled_at: AwareDatetime | None = None

    @classmethod
    def closed(
        cls, person: str, occasion: datetime, alerts: tuple[str, ...], subscriptions: tuple[str, ...], now: datetime
    ) -> Self:
        """A new digest, claimed for its first attempt."""
        return cls(
            digest_id=digest_id_for(person, occasion),
            person=person,
            occasion=occasion,
            alerts=alerts,
            subscriptions=subscriptions,
            closed_at=now,
            sending_since=now,
            attempts=1,
        )

    def closed_again(self, alerts: tuple[str, ...], subscriptions: tuple[str, ...], now: datetime) -> Self:
        """The same occasion with what there is to say by now, after an attempt that certainly failed."""
        self._only("put_back")
        return self._claimed(now)._with(alerts=alerts, subscriptions=subscriptions, closed_at=now)

    def repeated(self, now: datetime) -> Self:
        """One more attempt with the same alerts."""
        self._only("doubtful")
        return self._claimed(now)

    def delivered(self, message_id: str, now: datetime) -> Self:
        """The mail server took responsibility for it."""
        self._only("sending")
        return self._with(state="delivered", message_id=message_id, settled_at=now, sending_since=None)

    def failed(self, reason: str, now: datetime) -> Self:
        """The mail server refused it for good."""
        self._only("sending")
        return self._with(state="failed", refusal=reason, settled_at=now, sending_since=None)

    def refused(self, reason: str, again: datetime, *, may_have_left: bool) -> Self:
        """Not taken for now, to be tried at `again`."""
        self._only("sending")
        doubtful = self.may_have_left or may_have_left
        return self._with(
            state="doubtful" if doubtful else "put_back",
            may_have_left=doubtful,
            refusal=reason,
            not_before=again,
            sending_since=None,
        )

    @property
    def pause(self) -> timedelta:
        """How long to wait after the latest attempt."""
        return min(RETRY_AFTER[min(self.attempts, len(RETRY_AFTER)) - 1], LONGEST_RETRY)

    def _claimed(self, now: datetime) -> Self:
        return self._with(state="sending", sending_since=now, not_before=None, attempts=self.attempts + 1)

    def _only(self, *states: State) -> None:
        if self.state not in states:
            raise IllegalTransition(f"digest {self.digest_id} is {self.state}, not {' or '.join(states)}")

    def _with(self, **changes: Any) -> Self:
        return self.model_copy(update=changes)
