"""One integrator's address and what is posted to it.

    active <--> paused
      |  ^
      v  |
    disabled        after 410, or when nothing was accepted for five days; its owner was told a day after the first

The owner gets an alert of both, which is another channel than the one that fails. Every step returns a new webhook.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Literal, Self

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from contracts.notifications import WebhookDisabledV1, WebhookFailingV1
from contracts.registry import Event
from services.notifications.selection import Selection
from services.notifications.webhooks.outcome import LONGEST, Outcome, asked_for
from services.notifications.webhooks.signing import Scheme

State = Literal["active", "paused", "disabled"]

WARN_AFTER = timedelta(hours=24)
DISABLE_AFTER = timedelta(days=5)
OVERLAP = timedelta(hours=24)
MOST_KEYS = 2
SEALED_FOR = "webhook keys"


class NotNow(ValueError):
    """The webhook's state does not allow a step; the message says what to do."""


class Key(BaseModel):
    """One signing key. `sealed` is its secret under the installation's own; `until`: when it stops signing."""

    model_config = ConfigDict(frozen=True)
    key_id: str
    sealed: bytes
    shown: str | None = Field(description="What a receiver verifies with, where that is no secret.")
    since: AwareDatetime
    until: AwareDatetime | None = None


class Webhook(BaseModel):
    """An address, the events it wants, its keys, and how it is doing."""

    model_config = ConfigDict(frozen=True, extra="ignore")
    webhook_id: str
    version: int = 0
    events: list[Event] = Field(default=[], exclude=True)
    owner: str
    url: str
    types: tuple[str, ...]
    personal: bool = False
    scheme: Scheme
    in_order: bool = False
    keys: tuple[Key, ...]
    state: State = "active"
    reason: str | None = None
    created_at: AwareDatetime
    failing_since: AwareDatetime | None = None
    quiet_until: AwareDatetime | None = Field(default=None, description="Its receiver asked for a pause until then.")
    warned: bool = False

    @property
    def selection(self) -> Selection:
        return Selection(self.types, self.personal)

    def signing(self, now: datetime) -> list[Key]:
        return [key for key in self.keys if key.until is None or key.until > now]

    def rotated(self, key: Key, now: datetime) -> Self:
        """A new key signs beside the old one for a day, so that receivers can change over in their own time."""
        valid = self.signing(now)
        if len(valid) >= MOST_KEYS:
            raise NotNow(f"two keys sign already; the older one ends at {valid[0].until:%Y-%m-%d %H:%M} UTC")
        ending = tuple(old.model_copy(update={"until": now + OVERLAP}) for old in valid)
        return self._with(keys=(*ending, key))

    def switched(self, on: bool) -> Self:
        """Paused by its owner, or taken up again, also after it was disabled."""
        if on:
            return self._with(state="active", reason=None, failing_since=None, warned=False, quiet_until=None)
        if self.state == "disabled":
            raise NotNow("it is disabled already; switch it on once the receiver answers again")
        return self._with(state="paused", reason="paused by its owner")

    def accepted(self) -> Self:
        """Something was delivered. Returns itself where that changes nothing."""
        if self.failing_since is None:
            return self
        return self._with(failing_since=None, warned=False, quiet_until=None)

    def hushed(self, outcome: Outcome, now: datetime) -> Self:
        """A receiver that is overloaded and says until when gets nothing else before, either."""
        asked = asked_for(outcome.retry_after, now) if outcome.overloaded else None
        if asked is None or asked <= (self.quiet_until or now):
            return self
        return self._with(quiet_until=min(asked, now + LONGEST))

    def failed(self, outcome: Outcome, now: datetime) -> Self:
        """An attempt failed: note since when, warn the owner, disable. Returns itself where nothing changes."""
        if self.state == "disabled":
            return self
        if outcome.gone:
            return self._disabled("the receiver answered 410: it is gone for good")
        since = self.failing_since
        if since is None:
            return self._with(failing_since=now)
        if self.warned and now - since >= DISABLE_AFTER:
            return self._disabled(f"nothing was accepted since {since:%Y-%m-%d %H:%M} UTC; last: {outcome.words}")
        if not self.warned and now - since >= WARN_AFTER:
            told = WebhookFailingV1(
                webhook_id=self.webhook_id,
                owner=self.owner,
                url=self.url,
                failing_since=since,
                disabled_from=since + DISABLE_AFTER,
                reason=outcome.words,
            )
            return self._with(events=[told], warned=True, reason=outcome.words)
        return self

    def _disabled(self, reason: str) -> Self:
        event = WebhookDisabledV1(webhook_id=self.webhook_id, owner=self.owner, url=self.url, reason=reason)
        return self._with(events=[event], state="disabled", reason=reason)

    def _with(self, **changes: object) -> Self:
        return self.model_copy(update=changes)
