"""What a match means for one subscription: an alert, or silence with a reason somebody can read."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from pydantic import AwareDatetime, Field

from contracts.funding import CallFacts, CallMatchedV1
from contracts.values import Code, LocalText, Reason, Value
from services.notifications.alerts import Alert
from services.notifications.fits import fit_of
from services.notifications.identity import silence_id_for
from services.notifications.kinds import AlertKind
from services.notifications.people.person import Person
from services.notifications.raising import raised
from services.notifications.reasons import ALREADY_TOLD, PERSON_LEFT
from services.notifications.reasons import reason as say
from services.notifications.subscriptions import Subscription, why_not

GATHER = timedelta(milliseconds=30)
"""How long an alert waits for one more activity where the event does not say whether one follows."""

GATHER_THE_REST = timedelta(seconds=5)
"""How long it waits for those that are said to follow; the last of them sends it off at once."""


CONCERNED = "concerned:"
"""Instead of a subscription, before a person's id: what they have to know without asking for it."""

KNOWN_FIT = say(
    "known_fit",
    "Oseba že ve, da razpis ustreza tej aktivnosti; o spremembah razpisa piše posebno sporočilo.",
    "The person already knows that the call fits this activity; a mail of its own tells what changes.",
)


class Silence(Value):
    """Somebody is not told of a match, a change or a matter, and why. Judging the same again gives the same id."""

    silence_id: str
    subscription: str
    person: str
    kind: AlertKind = "call_matched"
    match_id: str | None = None
    call_id: str | None = None
    about: Code | None = Field(default=None, description="What it would have told of, when that is no call.")
    about_id: str | None = None
    title: LocalText | None = Field(default=None, description="What that is called.")
    path: str | None = Field(default=None, description="Path of its page.")
    reason: Reason
    at: AwareDatetime


def judge(
    subscription: Subscription,
    person: Person,
    event: CallMatchedV1,
    previous: Alert | None,
    now: datetime,
    *,
    earlier: Sequence[Alert] = (),
    gather: timedelta = GATHER,
) -> Alert | Silence:
    """Whether a person is told of a match.

    `previous` is the person's alert about this version of the call: the one of id `alert_id_for("call_matched",
    person.id, event.call)`, or one raised on an earlier version that tells this one because it has not left. Or None.
    A match of a call the person is already told of joins that alert: in its mail while that is unsent,
    otherwise as a fit that bears the reason why no second mail was sent. `earlier` are the person's alerts
    about other versions of the call: whoever knows the fit from one of them hears of changes, not of the
    match again. `ValueError` when `previous` is another alert, or the subscription another person's.
    """
    _belong_together(subscription, person, event, previous)
    reason = nobody_to_tell(subscription, person) or why_not(subscription, event, now) or too_late(event.call, now)
    if reason is None and previous is not None and previous.knows(event.activity_id):
        if subscription.id not in previous.subscriptions:
            return previous.also_for(subscription.id)
        reason = ALREADY_TOLD
    if reason is None and previous is None and any(_tells(alert, event.activity_id) for alert in earlier):
        reason = KNOWN_FIT
    if reason is not None:
        return _silence(subscription, person, event, reason, now)
    if previous is None:
        fit = fit_of(event, now)
        return raised(person=person.id, subscription=subscription.id, call=event.call, fit=fit, now=now, gather=gather)
    return previous.with_fit(fit_of(event, now, unmailed=_no_second_mail(previous)), subscription.id, gather)


def gathering_time(event: CallMatchedV1) -> timedelta:
    """How long an alert waits after this match for further activities of the same call."""
    if event.more is None:
        return GATHER
    return GATHER_THE_REST if event.more else timedelta(0)


def _belong_together(subscription: Subscription, person: Person, event: CallMatchedV1, previous: Alert | None) -> None:
    if not subscription.shared and subscription.person != person.id:
        raise ValueError(f"subscription {subscription.id} is {subscription.person}'s, not {person.id}'s")
    if previous is None:
        return
    theirs = previous.person, previous.about_id
    if theirs != (person.id, event.call.call_id):
        raise ValueError(f"previous tells {theirs[0]} of {theirs[1]}; pass {person.id}'s alert about the call, or None")


def _tells(alert: Alert, activity_id: str) -> bool:
    """Whether a person knows of a fit from an alert."""
    return alert.knows(activity_id) and not left_unread(alert)


def left_unread(alert: Alert) -> bool:
    """Withheld because nobody wanted it: the person does not know the call from it."""
    return alert.withheld is not None and alert.withheld.code == "unsubscribed"


def nobody_to_tell(subscription: Subscription, person: Person) -> Reason | None:
    """Why a person is not told of anything by a subscription."""
    if not person.active:
        return PERSON_LEFT
    if person.id in subscription.left:
        return say(
            "left_subscription",
            "Oseba se je od skupnega naročila odjavila.",
            "The person left the shared subscription.",
        )
    return None


def too_late(call: CallFacts, now: datetime) -> Reason | None:
    """Why nobody can apply any more."""
    if call.status in ("closed", "withdrawn"):
        return say("call_not_open", "Razpis je zaprt ali preklican.", "The call is closed or withdrawn.", call.status)
    if call.deadline is not None and call.deadline <= now:
        return say("deadline_passed", "Rok za oddajo je mimo.", "The deadline has passed.", call.deadline.isoformat())
    return None


def _no_second_mail(alert: Alert) -> Reason | None:
    if alert.takes_fits:
        return None
    if alert.decision is not None and alert.decision.choice != "seen":
        choice = alert.decision.choice
        return say("already_decided", "O razpisu je že odločeno.", "The call is already decided on.", choice)
    if alert.state == "failed":
        return say(
            "mail_failed",
            "Sporočila o tem razpisu ni bilo mogoče dostaviti.",
            "The mail about this call could not be delivered.",
            alert.refusal,
        )
    return alert.withheld or say(
        "mail_already_sent",
        "Sporočilo o tem razpisu je že odšlo; drugega ne pošljemo.",
        "A mail about this call has already gone; no second one is sent.",
        alert.state,
    )


def _silence(
    subscription: Subscription, person: Person, event: CallMatchedV1, reason: Reason, now: datetime
) -> Silence:
    return Silence(
        silence_id=silence_id_for(subscription.towards(person.id), event.match_id, event.call, reason.code),
        subscription=subscription.id,
        person=person.id,
        match_id=event.match_id,
        call_id=event.call.call_id,
        reason=reason,
        at=now,
    )
