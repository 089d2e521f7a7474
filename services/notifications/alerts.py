"""One person told once of one thing, a call or another matter: the alert and its states.

    gathering --> sending --> delivered | failed
                  |     ^
                  v     |                |            ^
                  deferred               +-- bounced -+       gathering, deferred --> withheld

An alert gathers every activity that the call fits, so that three matches make one mail. What the person
decides about it (apply, not for us, ...) stands beside these states.
"""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any, Literal, Self
from zoneinfo import ZoneInfo

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, model_validator

from contracts.funding import CallFacts, FieldChange
from contracts.notifications import (
    AlertAcknowledgedV1,
    AlertDeliveredV1,
    AlertFailedV1,
    AlertRaisedV1,
)
from contracts.registry import Event
from contracts.values import LocalText, PartialDate, Reason
from services.notifications.answers.asking import Asked, Chase
from services.notifications.fits import Choice, Decision, Fit, best_first
from services.notifications.identity import alert_id_for
from services.notifications.kinds import AlertKind, kind_of
from services.notifications.matters.matter import Matter
from services.notifications.reasons import reason as say

State = Literal["gathering", "sending", "deferred", "delivered", "failed", "withheld"]

RETRY_AFTER = tuple(
    timedelta(seconds=seconds) for seconds in (10, 30, 120, 300, 900, 1800, 3600, 7200, 14400, 28800, 43200, 86400)
)
"""Pause after each attempt that did not settle it, 55 hours in all; greylisting relents within minutes."""

LONGEST_IN_VAIN = timedelta(minutes=5)
"""Longest pause while the mail server is away: however long that lasts, a mail waits no longer once it is back."""

DECIDED_BEFORE_MAIL = say(
    "decided_before_mail",
    "O razpisu je bilo odločeno, preden je sporočilo odšlo.",
    "The call was decided on before the mail left.",
)


_MORNING = time(7)
_HOME = ZoneInfo("Europe/Ljubljana")


class IllegalTransition(ValueError):
    """An alert was asked for a step that its state does not allow."""


class Alert(BaseModel):
    """One person is to be told of one version of a call, or of one matter. Every step returns a new alert."""

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

    @classmethod
    def raised(
        cls, *, person: str, subscription: str, call: CallFacts, fit: Fit, now: datetime, gather: timedelta
    ) -> Self:
        """A new alert with its first fit, to be sent `gather` from now."""
        alert_id = alert_id_for("call_matched", person, call)
        event = AlertRaisedV1(
            alert_id=alert_id,
            person=person,
            kind="call_matched",
            title=call.title,
            call_id=call.call_id,
            activity_id=fit.activity_id,
            activity_number=fit.activity_number,
            deadline=call.deadline,
        )
        return cls(
            alert_id=alert_id,
            events=[event],
            person=person,
            subscriptions=(subscription,),
            call=call,
            fits=(fit,),
            raised_at=now,
            not_before=now + gather,
        )

    @classmethod
    def of_news(
        cls,
        *,
        alert_id: str,
        kind: AlertKind,
        person: str,
        subscriptions: tuple[str, ...],
        call: CallFacts,
        fits: tuple[Fit, ...],
        changes: tuple[FieldChange, ...],
        said: str | None,
        urgent: bool,
        told_before: datetime | None,
        now: datetime,
        gather: timedelta,
        mandatory: bool = False,
    ) -> Self:
        """A new alert that says what became of a known call, to be sent `gather` from now."""
        best = best_first(fits)[0] if fits else None
        event = AlertRaisedV1(
            alert_id=alert_id,
            person=person,
            kind=kind,
            title=call.title,
            call_id=call.call_id,
            activity_id=best and best.activity_id,
            activity_number=best and best.activity_number,
            deadline=call.deadline,
        )
        return cls(
            alert_id=alert_id,
            events=[event],
            kind=kind,
            person=person,
            subscriptions=subscriptions,
            call=call,
            fits=fits,
            changes=changes,
            said=said,
            urgent=urgent,
            told_before=told_before,
            mandatory=mandatory,
            raised_at=now,
            not_before=now + gather,
        )

    @classmethod
    def of_matter(
        cls,
        *,
        alert_id: str,
        kind: AlertKind,
        person: str,
        subscriptions: tuple[str, ...],
        matter: Matter,
        now: datetime,
        gather: timedelta,
        mandatory: bool = False,
    ) -> Self:
        """A new alert of something that is not a call, to be sent `gather` from now."""
        event = AlertRaisedV1(
            alert_id=alert_id,
            person=person,
            kind=kind,
            title=matter.title.en,
            title_sl=matter.title.sl,
            deadline=matter.deadline,
            about=matter.type,
            about_id=matter.id,
            path=matter.path,
        )
        return cls(
            alert_id=alert_id,
            events=[event],
            kind=kind,
            person=person,
            subscriptions=subscriptions,
            matter=matter,
            urgent=kind_of(kind).urgent,
            mandatory=mandatory or kind_of(kind).mandatory,
            raised_at=now,
            not_before=now + gather,
        )

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

    def because_of(self, began_at: datetime | None, traceparent: str | None) -> Self:
        """The same alert, which knows what led to it; what it knew before stays."""
        if self.began_at is not None:
            return self
        return self._with(began_at=began_at, traceparent=traceparent)

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

    def with_fit(self, fit: Fit, subscription: str, gather: timedelta = timedelta(0)) -> Self:
        """The same alert with one more activity; while it gathers, it waits `gather` for yet another.

        A call that a search found and that fits the plan, too, is told as one that fits.
        Whether the mail speaks of the activity is said by `fit.unmailed`.
        """
        not_before = self.not_before
        if self.state == "gathering" and not_before is not None and self.waits is None:
            not_before = max(not_before, fit.found_at + gather)
        found = self.kind == "call_found" and fit.unmailed is None
        kind = "call_matched" if found else self.kind
        return self._with(kind=kind, fits=(*self.fits, fit), not_before=not_before).also_for(subscription)

    def complete(self, now: datetime) -> Self:
        """The same alert, which has every activity that was found with the call: it waits for none any more."""
        if self.state != "gathering" or self.not_before is None or self.not_before <= now or self.waits is not None:
            return self
        return self._with(not_before=now)

    def put_off(self, until: datetime, why: Reason) -> Self:
        """Not to be sent before `until`, and why: the person's hours, or a digest that it is gathered for."""
        self._only("be put off", "gathering", "deferred")
        return self._with(not_before=until, waits=why)

    def look_again(self) -> Self:
        """The same alert, asked at once whether it may leave: what it waits for has changed."""
        if self.waits is None or self.state not in ("gathering", "deferred"):
            return self
        return self._with(not_before=self.raised_at)

    @property
    def on_its_own(self) -> bool:
        """Whether a mail of its own was tried, so that no digest may tell of it, too."""
        return self.attempts > 0 and self.digest is None

    def sending_in(self, digest: str, now: datetime) -> Self:
        """Claimed by a digest for one attempt."""
        return self.sending(now)._with(digest=digest)

    def put_back(self, reason: str, until: datetime, now: datetime) -> Self:
        """Given back by a digest that certainly did not leave; it may join the next one."""
        self._only("be put back", "sending")
        if self.overtaken is not None:
            return self._left_behind(self.overtaken, reason, now)
        return self._with(state="deferred", refusal=reason, not_before=until, sending_since=None)

    def also_for(self, subscription: str) -> Self:
        """The same alert, wanted by one more of the person's subscriptions."""
        if subscription in self.subscriptions:
            return self
        return self._with(subscriptions=(*self.subscriptions, subscription))

    def sending(self, now: datetime) -> Self:
        """Claimed by a channel for one attempt. Refused before its time, so that it gathers what belongs together."""
        self._only("be sent", "gathering", "deferred")
        if not self.due(now):
            raise IllegalTransition(f"alert {self.alert_id} cannot be sent before {self.not_before}; wait until then")
        return self._with(state="sending", sending_since=now, not_before=None, attempts=self.attempts + 1)

    def delivered(self, message_id: str, now: datetime) -> Self:
        """The mail server took responsibility for it."""
        self._only("be delivered", "sending")
        event = AlertDeliveredV1(
            alert_id=self.alert_id, person=self.person, channel="email", message_id=message_id, delivered_at=now
        )
        return self._with(event, state="delivered", message_id=message_id, settled_at=now, sending_since=None)

    def refused(
        self, reason: str, now: datetime, *, permanent: bool, may_have_left: bool = False, ours: bool = False
    ) -> Self:
        """An attempt failed: put off to the next retry, or failed for good when permanent or out of retries.

        `ours`: the mail server could not be used at all, which says nothing of this mail and uses up no retry.
        """
        self._only("be refused", "sending")
        in_vain = self.in_vain + ours
        tries = self.attempts - in_vain
        if permanent or tries > len(RETRY_AFTER):
            event = AlertFailedV1(
                alert_id=self.alert_id, person=self.person, channel="email", reason=reason, attempts=self.attempts
            )
            return self._with(event, state="failed", refusal=reason, settled_at=now, sending_since=None)
        if self.overtaken is not None and not may_have_left:
            return self._left_behind(self.overtaken, reason, now)
        failures = min(in_vain if ours else tries, len(RETRY_AFTER))
        pause = min(RETRY_AFTER[failures - 1], LONGEST_IN_VAIN if ours else RETRY_AFTER[-1])
        return self._with(
            state="deferred",
            refusal=reason,
            not_before=now + pause,
            sending_since=None,
            in_vain=in_vain,
            may_have_left=self.may_have_left or may_have_left,
        )

    def bounced(self, reason: str, now: datetime) -> Self:
        """A mail server took it and gave it back: nobody read it."""
        self._only("come back", "delivered")
        event = AlertFailedV1(
            alert_id=self.alert_id, person=self.person, channel="email", reason=reason, attempts=self.attempts
        )
        return self._with(event, state="failed", refusal=reason, settled_at=now)

    def lapsed(self, now: datetime, lease: timedelta) -> Self:
        """Freed from a sender that died: nobody knows whether its mail left."""
        self._only("be freed from its sender", "sending")
        if self.sending_since is not None and now < self.sending_since + lease:
            raise IllegalTransition(f"alert {self.alert_id} is held by its sender until {self.sending_since + lease}")
        return self.refused("The sender stopped before it knew the outcome.", now, permanent=False, may_have_left=True)

    def about(self, call: CallFacts) -> Self:
        """The same unsent alert, which tells the call as it stands now."""
        self._only("tell newer facts", "gathering", "deferred")
        return self._with(call=call)

    def overtaken_by(self, reason: Reason) -> Self:
        """The same alert, on its way with what no longer holds: should it come back, it is not sent again."""
        self._only("be overtaken", "sending")
        return self._with(overtaken=reason)

    def _left_behind(self, overtaken: Reason, refusal: str, now: datetime) -> Self:
        return self._with(state="withheld", withheld=overtaken, refusal=refusal, settled_at=now, sending_since=None)

    def again(self, matter: Matter) -> Self:
        """The same alert, whose matter happened once more: it is counted, and no second mail goes."""
        known = self._told_matter
        return self._with(matter=matter.model_copy(update={"since": known.since, "times": known.times + 1}))

    def ended(self, reason: Reason, now: datetime) -> Self:
        """Over without anybody's doing, such as a source that answers again; a mail that has not left stays behind."""
        closed = self._with(over=reason, over_at=now)
        return closed.withhold(reason, now) if closed.state in ("gathering", "deferred") else closed

    def also_changed(self, changes: tuple[FieldChange, ...], call: CallFacts, *, urgent: bool) -> Self:
        """The same unsent alert, which tells of further changes of the same version."""
        told = self.about(call)._with(changes=(*self.changes, *changes), urgent=self.urgent or urgent)
        return told.look_again() if urgent else told

    def joined_by(self, alert_id: str, changes: tuple[FieldChange, ...], call: CallFacts, *, urgent: bool) -> Self:
        """The same unsent alert, which also tells what a later alert of that id would have told."""
        told = self.about(call)._with(
            changes=changes, urgent=self.urgent or urgent, stands_for=(*self.stands_for, alert_id)
        )
        return told.look_again() if urgent else told

    def withhold(self, reason: Reason, now: datetime) -> Self:
        """Not to be sent after all, such as when the person left the subscription meanwhile."""
        self._only("be withheld", "gathering", "deferred")
        return self._with(state="withheld", withheld=reason, not_before=None, settled_at=now)

    @property
    def settled(self) -> bool:
        """Whether somebody answered: to have seen it is no answer."""
        return self.decision is not None and self.decision.choice != "seen"

    @property
    def family_id(self) -> str:
        return self.family or self.alert_id

    def decide(
        self,
        choice: Choice,
        *,
        by: str,
        now: datetime,
        reason: str | None = None,
        via: str = "inbox",
        reason_code: str | None = None,
        remind_on: PartialDate | None = None,
    ) -> Self:
        """The person's decision. Repeating it, or looking again after deciding, changes nothing.

        `IllegalTransition` when 'not_for_us' has no reason, or 'hand_over' does not say to whom.
        """
        reason = (reason or "").strip() or None
        if choice in _ASKED and reason is None and reason_code is None:
            raise IllegalTransition(f"reason is missing; {_ASKED[choice]}")
        new = Decision(
            choice=choice, by=by, at=now, reason=reason, reason_code=reason_code, remind_on=remind_on, via=via
        )
        held = self.decision
        if held is not None and (choice == "seen" or _same(held, new)):
            return self
        return self._decided(new)

    def follow(
        self,
        choice: Choice,
        *,
        by: str,
        now: datetime,
        reason: str | None,
        via: str = "board",
        reason_code: str | None = None,
        remind_on: PartialDate | None = None,
    ) -> Self:
        """What was decided on the funding board, or by another who was asked.

        `seen` puts the alert back among the waiting.
        """
        held = self.decision
        if held is not None and held.choice == choice:
            return self
        if choice == "seen" and held is None:
            return self
        followed = Decision(
            choice=choice, by=by, at=now, reason=reason, reason_code=reason_code, remind_on=remind_on, via=via
        )
        return self._decided(followed)

    def undo(self, *, by: str, now: datetime) -> Self:
        """The alert among the waiting again; the decision stays in its history."""
        if self.decision is None or not self.settled:
            raise IllegalTransition("there is no decision to take back; read the alert again")
        return self._decided(Decision(choice="seen", by=by, at=now, via=self.decision.via, undone=True))

    def _decided(self, new: Decision) -> Self:
        settles = new.choice != "seen"
        chase = self.chase
        if settles:
            chase = (chase or Chase()).model_copy(update={"state": "ended", "answer_by": None})
        elif self.settled:
            chase = None
        remind_at = None
        if new.choice == "remind_me" and new.remind_on is not None:
            remind_at = datetime.combine(new.remind_on.first_day(), _MORNING, _HOME)
        decided = self._with(
            self._acknowledged(new), decisions=(*self.decisions, new), chase=chase, remind_at=remind_at
        )
        if settles and self.state in ("gathering", "deferred"):
            return decided.withhold(DECIDED_BEFORE_MAIL, new.at)
        return decided

    def _acknowledged(self, new: Decision) -> AlertAcknowledgedV1:
        return AlertAcknowledgedV1(
            alert_id=self.alert_id,
            person=new.by,
            decision="undone" if new.undone else new.choice,
            reason=new.reason,
            reason_code=new.reason_code,
            remind_on=new.remind_on,
            call_id=self.call.call_id if self.call else None,
            about=self.matter.type if self.matter else None,
            about_id=self.matter.id if self.matter else None,
            activity_id=best_first(self.fits)[0].activity_id if self.fits else None,
            via=new.via,
        )

    def _only(self, step: str, *states: State) -> None:
        if self.state not in states:
            allowed = " or ".join(states)
            raise IllegalTransition(f"alert {self.alert_id} is {self.state}; only one that is {allowed} can {step}")

    def _with(self, *events: Event, **changes: Any) -> Self:
        return self.model_copy(update={"events": [*self.events, *events], **changes})


def _same(held: Decision, new: Decision) -> bool:
    names = ("choice", "reason", "reason_code", "remind_on")
    return all(getattr(held, name) == getattr(new, name) for name in names)


_ASKED = {
    "not_for_us": "say why the call is not for us",
    "hand_over": "say to whom the call is handed over",
}
