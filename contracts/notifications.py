"""What the notifications service says: alerts and what became of them."""

from __future__ import annotations

from typing import Literal

from pydantic import AwareDatetime

from contracts.registry import Event, event

Channel = Literal["email", "inbox"]
AlertKind = Literal["call_matched", "call_changed", "call_withdrawn", "source_failed"]


@event("alert.raised", 1, subject="alert_id", sent_when="Somebody's subscription is met.")
class AlertRaisedV1(Event):
    """One person is to be told one thing, once."""

    alert_id: str
    person: str
    kind: AlertKind
    title: str
    call_id: str | None = None
    activity_id: str | None = None
    activity_number: str | None = None
    deadline: AwareDatetime | None = None


@event("alert.delivered", 1, subject="alert_id", sent_when="A channel took responsibility for an alert.")
class AlertDeliveredV1(Event):
    """An alert left the house: for e-mail, the mail server accepted it."""

    alert_id: str
    person: str
    channel: Channel
    message_id: str | None = None
    delivered_at: AwareDatetime


@event("alert.failed", 1, subject="alert_id", sent_when="A channel refused an alert for good.")
class AlertFailedV1(Event):
    """An alert could not be delivered, with the reason the channel gave."""

    alert_id: str
    person: str
    channel: Channel
    reason: str
    attempts: int


@event("alert.acknowledged", 1, subject="alert_id", sent_when="A person decided what to do with an alert.")
class AlertAcknowledgedV1(Event):
    """A person took an alert in hand: apply, not for us, or hand over."""

    alert_id: str
    person: str
    decision: Literal["apply", "not_for_us", "hand_over", "seen"]
    reason: str | None = None
    call_id: str | None = None
    activity_id: str | None = None
