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
    kind: Code = Field(
        description="Known: call_matched, call_changed, call_withdrawn, call_reopened, call_closed, and those of "
        "docs/alerts.md. More will come; show an unknown one by its title."
    )
    title: str
    call_id: str | None = None
    activity_id: str | None = None
    activity_number: str | None = None
    deadline: AwareDatetime | None = None
    title_sl: str | None = Field(default=None, description="The title in Slovenian, where there is one.")
    about: Code | None = Field(
        default=None, description="What it tells of when that is no call. Known: application, activity, source, device."
    )
    about_id: str | None = Field(default=None, description="Id of what it tells of.")
    path: str | None = Field(default=None, description="Path of its page, below the product's address.")


@event("alert.delivered", 1, subject="alert_id", sent_when="A channel took responsibility for an alert.")
class AlertDeliveredV1(Event):
    """An alert left the house: for e-mail, the mail server accepted it."""

    alert_id: str
    person: str
    channel: Code = Field(description="Known: email, inbox, push, apprise.")
    message_id: str | None = None
    delivered_at: AwareDatetime


@event("alert.failed", 1, subject="alert_id", sent_when="A channel refused an alert for good.")
class AlertFailedV1(Event):
    """An alert could not be delivered, with the reason the channel gave."""

    alert_id: str
    person: str
    channel: Code = Field(description="Known: email, inbox, push, apprise.")
    reason: str
    attempts: int


@event("alert.acknowledged", 1, subject="alert_id", sent_when="A person decided what to do with an alert.")
class AlertAcknowledgedV1(Event):
    """A person took an alert in hand: apply, not for us, or hand over."""

    alert_id: str
    person: str
    decision: Code = Field(description="Known: apply, not_for_us, hand_over, remind_me, seen, taken, undone.")
    reason: str | None = None
    call_id: str | None = None
    activity_id: str | None = None
    reason_code: Code | None = Field(default=None, description="Why not, as funding's match.decided knows it.")
    remind_on: PartialDate | None = Field(default=None, description="The day on which to speak of it again.")
    about: Code | None = Field(default=None, description="What the alert tells of when that is no call.")
    about_id: str | None = Field(default=None, description="Id of what it tells of when that is no call.")
    via: Code = Field(
        default="inbox",
        description="Known: inbox: by somebody who may decide for the municipality; own: for their own inbox alone; "
        "board: it follows a decision on the funding board.",
    )


@event("alert.escalated", 1, subject="alert_id", sent_when="Nobody answered an alert in time, and the next is asked.")
class AlertEscalatedV1(Event):
    """Somebody else is asked to answer an alert, because those before them did not, or are away."""

    alert_id: str = Field(description="Id of the alert that waits for an answer.")
    person: str = Field(description="Who is asked now.")
    rank: Code = Field(description="As what they are asked. Known: deputy, head, director.")
    asked_before: list[str] = Field(default=[], description="Who was asked before, the first one first.")
    since: AwareDatetime = Field(description="Since when an answer is waited for.")
    answer_by: AwareDatetime | None = Field(default=None, description="When the next one is asked.")
    kind: Code = Field(description="What kind of news the alert tells, as alert.raised has it.")
    title: str
    call_id: str | None = None
    about: Code | None = Field(default=None, description="What the alert tells of when that is no call.")
    about_id: str | None = Field(default=None, description="Id of what it tells of when that is no call.")
    deadline: AwareDatetime | None = None


@event("alert.unanswered", 1, subject="alert_id", sent_when="Everybody was asked about an alert, and nobody answered.")
class AlertUnansweredV1(Event):
    """Nobody is left to ask: an alarm, until somebody answers."""

    alert_id: str = Field(description="Id of the alert that waits for an answer.")
    asked: list[str] = Field(description="Who was asked, the first one first.")
    since: AwareDatetime = Field(description="Since when an answer is waited for.")
    kind: Code = Field(description="What kind of news the alert tells, as alert.raised has it.")
    title: str
    call_id: str | None = None
    about: Code | None = Field(default=None, description="What the alert tells of when that is no call.")
    about_id: str | None = Field(default=None, description="Id of what it tells of when that is no call.")
    deadline: AwareDatetime | None = None


@event("webhook.failing", 1, subject="webhook_id", sent_when="A webhook's receiver has accepted nothing for a day.")
class WebhookFailingV1(Event):
    """A webhook fails; unless its receiver accepts something, it is disabled from the day given."""

    webhook_id: str = Field(description="Id of the webhook.")
    owner: str = Field(description="Who made the webhook.")
    url: str = Field(description="Where its events are posted to.")
    failing_since: AwareDatetime = Field(description="Since when nothing was accepted.")
    disabled_from: AwareDatetime = Field(description="When it is disabled unless something is accepted.")
    reason: str = Field(description="What the receiver did, for people.")


@event("webhook.disabled", 1, subject="webhook_id", sent_when="A webhook was switched off because of its receiver.")
class WebhookDisabledV1(Event):
    """Nothing is posted to a webhook any more until its owner switches it on again."""

    webhook_id: str = Field(description="Id of the webhook.")
    owner: str = Field(description="Who made the webhook.")
    url: str = Field(description="Where its events are posted to.")
    reason: str = Field(description="What the receiver did, for people.")
