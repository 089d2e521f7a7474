"""What is stored of an alert: who is told what and why, how far its mail is, and what was decided."""

from __future__ import annotations

from datetime import datetime
from typing import Literal, Self

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, model_validator

from contracts.funding import CallFacts, FieldChange
from contracts.registry import Event
from contracts.values import LocalText, Reason
from services.notifications.answers.asking import Asked, Chase
from services.notifications.fits import Decision, Fit, best_first
from services.notifications.kinds import AlertKind, kind_of
from services.notifications.matters.matter import Matter

State = Literal["gathering", "sending", "deferred", "delivered", "failed", "withheld"]


class Telling(BaseModel):
    """One person is to be told of one version of a call, or of one matter."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    alert_id: str
    version: int = 0
    events: list[Event] = Field(default=[], exclude=True)
    kind: AlertKind = "call_matched"
    person: str
    subscriptions: tuple[str, ...] = Field(description="Ids of the person's subscriptions that ask for it.")
    call: CallFacts | None = None
    matter: Matter | None = Field(default=None, description="What it tells of; null when that is a call.")
    fits: tuple[Fit, ...] = ()
    changes: tuple[FieldChange, ...] = Field(default=(), description="What changed, those that matter first.")
    said: str | None = Field(default=None, description="The source's own words on why.")
    urgent: bool = Field(default=False, description="Whether it cannot wait for a digest.")
    mandatory: bool = Field(default=False, description="Whether it reaches the person whatever they switched off.")
    told_before: AwareDatetime | None = Field(default=None, description="When the person first heard of the call.")
    state: State = "gathering"
    raised_at: AwareDatetime
    began_at: AwareDatetime | None = Field(default=None, description="What set it going was said then: a call.")
    traceparent: str | None = Field(default=None, description="The trace that led here, in W3C's form.")
    not_before: AwareDatetime | None = Field(description="When it may be sent; null when it is not waiting.")
    waits: Reason | None = Field(default=None, description="Why it did not leave at once: quiet hours, a digest.")
    digest: str | None = Field(default=None, description="Id of the digest it leaves in, or last tried to.")
    sending_since: AwareDatetime | None = None
    settled_at: AwareDatetime | None = Field(default=None, description="Delivered, failed or withheld.")
    attempts: int = 0
    in_vain: int = Field(default=0, description="Those of them that found no mail server to talk to.")
    may_have_left: bool = Field(default=False, description="An attempt broke off where the server may have accepted.")
    message_id: str | None = None
    refusal: str | None = Field(default=None, description="The latest reason a channel gave.")
    withheld: Reason | None = None
    over: Reason | None = Field(default=None, description="Why nobody needs to do anything about it any more.")
    over_at: AwareDatetime | None = None
    overtaken: Reason | None = Field(default=None, description="Why it is not tried again should this attempt fail.")
    stands_for: tuple[str, ...] = Field(default=(), description="Ids of later alerts that its mail tells, too.")
    decisions: tuple[Decision, ...] = ()
    family: str | None = Field(default=None, description="Alerts of one family are settled by one answer.")
    asked: Asked | None = Field(default=None, description="Why this person is asked; null: a subscription.")
    remind_at: AwareDatetime | None = Field(default=None, description="When it is to be spoken of again.")
    chase: Chase | None = Field(default=None, description="How an answer is waited for; null: not looked at yet.")

    @model_validator(mode="after")
    def _tells_of_one_thing(self) -> Self:
        if (self.call is None) == (self.matter is None):
            raise ValueError(f"alert {self.alert_id} must tell of a call or of a matter; give one of them")
        return self

    @property
    def told_call(self) -> CallFacts:
        """The call it tells of. `ValueError` when it tells of something else."""
        if self.call is None:
            raise ValueError(f"alert {self.alert_id} tells of no call; look at its matter")
        return self.call

    @property
    def title(self) -> LocalText:
        """What it tells of, by name; a call's name is in the language of its source."""
        return LocalText(sl=self.call.title, en=self.call.title) if self.call else self._told_matter.title

    @property
    def heading(self) -> LocalText:
        """What kind of news it is, in words."""
        return kind_of(self.kind).heading

    @property
    def deadline(self) -> datetime | None:
        """By when something is to be done; None when that is not known, or nothing is."""
        return self.call.deadline if self.call else self._told_matter.deadline

    @property
    def about_id(self) -> str:
        """Id of the call, or of the matter."""
        return self.call.call_id if self.call else self._told_matter.id

    @property
    def path(self) -> str:
        """Path of the page of what it tells of."""
        return f"/funding/calls/{self.call.call_id}" if self.call else self._told_matter.path

    @property
    def _told_matter(self) -> Matter:
        if self.matter is None:
            raise ValueError(f"alert {self.alert_id} tells of no matter; look at its call")
        return self.matter

    @property
    def decision(self) -> Decision | None:
        """What holds now, or None when nobody decided."""
        return self.decisions[-1] if self.decisions else None

    @property
    def unanswered(self) -> bool:
        """Whether somebody still has to do something about it."""
        return self.over is None and (self.decision is None or self.decision.choice == "seen")

    @property
    def mailed_fits(self) -> list[Fit]:
        """The fits that the mail speaks of, best first."""
        return best_first(tuple(fit for fit in self.fits if fit.unmailed is None))

    @property
    def takes_fits(self) -> bool:
        """Whether a further activity still comes into the mail; the retry of one that may have left stays the same."""
        return self.state in ("gathering", "deferred") and not self.may_have_left

    def due(self, now: datetime) -> bool:
        """Whether it is to be sent now."""
        return self.state in ("gathering", "deferred") and self.not_before is not None and self.not_before <= now

    def knows(self, activity_id: str) -> bool:
        return any(fit.activity_id == activity_id for fit in self.fits)

    @property
    def on_its_own(self) -> bool:
        """Whether a mail of its own was tried, so that no digest may tell of it, too."""
        return self.attempts > 0 and self.digest is None

    @property
    def settled(self) -> bool:
        """Whether somebody answered: to have seen it is no answer."""
        return self.decision is not None and self.decision.choice != "seen"

    @property
    def family_id(self) -> str:
        return self.family or self.alert_id
