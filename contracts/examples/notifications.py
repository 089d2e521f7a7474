"""The funding officer is told of the match by e-mail and decides to apply; a colleague's mailbox is gone."""

from __future__ import annotations

from datetime import UTC, datetime

from contracts.examples.actions import ACTIVITY
from contracts.examples.funding.calls import CALL, DEADLINE, TITLE
from contracts.notifications import (
    AlertAcknowledgedV1,
    AlertDeliveredV1,
    AlertEscalatedV1,
    AlertFailedV1,
    AlertRaisedV1,
    AlertUnansweredV1,
    WebhookDisabledV1,
    WebhookFailingV1,
)
from contracts.registry import Event

_ALERT = "alert-k5xw24tmmqqgc43f"
_OFFICER = "funding.officer@idrija.example"

EXAMPLES: tuple[Event, ...] = (
    AlertRaisedV1(
        alert_id=_ALERT,
        person=_OFFICER,
        kind="call_matched",
        title=TITLE,
        call_id=CALL,
        activity_id=ACTIVITY,
        activity_number="2.1.1",
        deadline=DEADLINE,
    ),
    AlertDeliveredV1(
        alert_id=_ALERT,
        person=_OFFICER,
        channel="email",
        message_id="<k5xw24tmmqqgc43f@idrija.example>",
        delivered_at=datetime(2026, 11, 16, 7, 2, tzinfo=UTC),
    ),
    AlertFailedV1(
        alert_id="alert-ojsxg5dbmrqw4zdp",
        person="former.colleague@idrija.example",
        channel="email",
        reason="550 5.1.1 the mailbox does not exist",
        attempts=1,
    ),
    AlertAcknowledgedV1(
        alert_id=_ALERT,
        person=_OFFICER,
        decision="apply",
        reason="The podcast studio fits the first cut-off.",
        call_id=CALL,
        activity_id=ACTIVITY,
    ),
    AlertEscalatedV1(
        alert_id=_ALERT,
        person="deputy@idrija.example",
        rank="deputy",
        asked_before=[_OFFICER],
        since=datetime(2026, 11, 16, 7, 2, tzinfo=UTC),
        answer_by=datetime(2026, 11, 18, 7, 2, tzinfo=UTC),
        kind="call_matched",
        title=TITLE,
        call_id=CALL,
        deadline=DEADLINE,
    ),
    AlertUnansweredV1(
        alert_id=_ALERT,
        asked=[_OFFICER, "deputy@idrija.example", "director@idrija.example"],
        since=datetime(2026, 11, 16, 7, 2, tzinfo=UTC),
        kind="call_matched",
        title=TITLE,
        call_id=CALL,
        deadline=DEADLINE,
    ),
    WebhookFailingV1(
        webhook_id="019abd3e-5a51-7c1f-8a52-5c0f6a0e9d11",
        owner="integrator@idrija.example",
        url="https://bsc-kranj.example/cinnabar",
        failing_since=datetime(2026, 11, 16, 7, 2, tzinfo=UTC),
        disabled_from=datetime(2026, 11, 21, 7, 2, tzinfo=UTC),
        reason="no answer within 15 seconds",
    ),
    WebhookDisabledV1(
        webhook_id="019abd3e-5a51-7c1f-8a52-5c0f6a0e9d11",
        owner="integrator@idrija.example",
        url="https://bsc-kranj.example/cinnabar",
        reason="the receiver answered 410: it is gone for good",
    ),
)
