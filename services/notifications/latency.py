"""How long a mail took from what set it going: what we took, not the hours that its person chose to wait."""

from __future__ import annotations

from datetime import datetime

from kit import metrics
from kit.telemetry import current_trace
from services.notifications.alerts import Alert
from services.notifications.catching_up import CATCHING_UP


def observe(alert: Alert, accepted_at: datetime) -> None:
    """Count the time until the mail server accepted the mail; an alert that waited for its person's hours has none."""
    by_choice = alert.waits is not None and alert.waits.code != CATCHING_UP.code
    if alert.began_at is not None and not by_choice:
        metrics.ALERT_LATENCY.observe((accepted_at - alert.began_at).total_seconds(), current_trace())
