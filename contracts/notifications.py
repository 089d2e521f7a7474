"""What the notifications service says: alerts and what became of them."""

from __future__ import annotations

from pydantic import AwareDatetime, Field

from contracts.registry import Event, event
from contracts.values import Code, PartialDate


@event("alert.raised", 1, subject="alert_id", sent_when="Somebody's subscription is met.")
class AlertRaisedV1(Event):
    """One person is to be told one thing, once."""

    alert_id: str
    person: str
    kind: Code = Field(description="Known: call_matched. More will come; show an unknown one by its title.")
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
    channel: Code = Field(description="Known: email, inbox.")
    message_id: str | None = None
    delivered_at: AwareDatetime


@event("alert.failed", 1, subject="alert_id", sent_when="A channel refused an alert for good.")
class AlertFailedV1(Event):
    """An alert could not be delivered, with the reason the channel gave."""

    alert_id: str
    person: str
    channel: Code = Field(description="Known: email, inbox.")
    reason: str
    attempts: int


@event("alert.acknowledged", 1, subject="alert_id", sent_when="A person decided what to do with an alert.")
class AlertAcknowledgedV1(Event):
    """A person took an alert in hand: apply, not for us, or hand over."""

    alert_id: str
    person: str
    decision: Code = Field(description="Known: apply, not_for_us, hand_over, remind_me, seen.")
    reason: str | None = None
    call_id: str | None = None
    activity_id: str | None = None
    reason_code: Code | None = Field(default=None, description="Why not, as funding's match.decided knows it.")
    remind_on: PartialDate | None = Field(default=None, description="The day on which to speak of it again.")
    via: Code = Field(
        default="inbox",
        description="Known: inbox: by somebody who may decide for the municipality; own: for their own inbox alone; "
        "board: it follows a decision on the funding board.",
    )
