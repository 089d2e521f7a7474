"""What a call that a saved search finds means for one person: an alert, a part of one, or a reason for none."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from contracts.funding import CallFacts
from contracts.values import Reason
from services.notifications.alerts import Alert
from services.notifications.identity import alert_id_for, silence_id_for
from services.notifications.judging import Silence, left_unread, nobody_to_tell, too_late
from services.notifications.people.person import Person
from services.notifications.raising import raised_of_news
from services.notifications.reasons import ALREADY_TOLD
from services.notifications.reasons import reason as say
from services.notifications.subscriptions.subscription import Subscription

GATHER: Final = timedelta(seconds=10)
"""How long a found call waits for a match with the plan, which says more; with one it leaves at once."""

KNOWN_CALL = say(
    "known_call",
    "Oseba razpis že pozna; o spremembah piše posebno sporočilo.",
    "The person already knows the call; a mail of its own tells what changes.",
)

TOLD_AS_CHANGE = say(
    "told_as_change",
    "O spremembi razpisa piše drugo sporočilo, ki ga je oseba naročila.",
    "Another mail, which the person asked for, tells of the change.",
)


def judge_found(
    subscription: Subscription,
    person: Person,
    call: CallFacts,
    told: Sequence[Alert],
    now: datetime,
    *,
    gather: timedelta = GATHER,
) -> Alert | Reason:
    """Whether a person is told of a call that a search of theirs, or of theirs among others, finds.

    `told`: the person's alerts about this call. One version of a call makes one alert, whether the plan or a search
    found it first: an alert of this version is joined. Whoever knows another version hears of changes instead.
    """
    reason = nobody_to_tell(subscription, person) or too_late(call, now)
    if reason is not None:
        return reason
    alert_id = alert_id_for("call_matched", person.id, call)
    same = next((alert for alert in told if alert.alert_id == alert_id), None)
    if same is not None:
        return ALREADY_TOLD if subscription.id in same.subscriptions else same.also_for(subscription.id)
    if any(not left_unread(alert) for alert in told):
        return KNOWN_CALL
    return raised_of_news(
        alert_id=alert_id,
        kind="call_found",
        person=person.id,
        subscriptions=(subscription.id,),
        call=call,
        fits=(),
        changes=(),
        said=None,
        urgent=False,
        told_before=None,
        now=now,
        gather=gather,
    )


def silence_of(subscription: Subscription, person: Person, call: CallFacts, reason: Reason, now: datetime) -> Silence:
    """That a person is not told of a call that a search finds, and why."""
    return Silence(
        silence_id=silence_id_for(subscription.towards(person.id), "found", call, reason.code),
        subscription=subscription.id,
        person=person.id,
        kind="call_found",
        call_id=call.call_id,
        reason=reason,
        at=now,
    )
