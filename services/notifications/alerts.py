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
from typing import Any, Self
from zoneinfo import ZoneInfo

from contracts.funding import CallFacts, FieldChange
from contracts.notifications import (
    AlertAcknowledgedV1,
    AlertDeliveredV1,
    AlertFailedV1,
)
from contracts.registry import Event
from contracts.values import PartialDate, Reason
from services.notifications.answers.asking import Chase
from services.notifications.fits import Choice, Decision, Fit, best_first
from services.notifications.matters.matter import Matter
from services.notifications.reasons import reason as say
from services.notifications.telling import State, Telling

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


class Alert(Telling):
    """One person is to be told of one version of a call, or of one matter. Every step returns a new alert."""

    def because_of(self, began_at: datetime | None, traceparent: str | None) -> Self:
        """The same alert, which knows what led to it; what it knew before stays."""
        if self.began_at is not None:
            return self
        return self._with(began_at=began_at, traceparent=traceparent)

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
