"""The links of a mail by which its reader answers."""

from __future__ import annotations

from datetime import datetime

from kit.settings import Settings
from services.notifications.alerts import Alert
from services.notifications.answers.answer import choices_of
from services.notifications.answers.tokens import Bound, expiry, seal


def answer_links(alert: Alert, language: str, settings: Settings, now: datetime) -> dict[str, str]:
    """Choice to address; opening one changes nothing."""
    if alert.settled:
        return {}
    secret, site = settings.secret.get_secret_value(), settings.public_url.rstrip("/")

    def link(choice: str) -> str:
        bound = Bound(alert_id=alert.alert_id, person=alert.person, purpose=choice, expires=expiry(now))
        return f"{site}/inbox/answer/{seal(secret, bound)}?lang={language}"

    return {choice: link(choice) for choice in choices_of(alert)}
