"""An alert as the API shows it."""

from __future__ import annotations

from typing import Any

from services.notifications.alerts import Alert


def alert_shown(alert: Alert) -> dict[str, Any]:
    return {
        "id": alert.alert_id,
        **alert.model_dump(exclude={"alert_id", "events"}),
        "decision": alert.decision,
        "title": alert.title.in_language("en"),
        "titles": alert.title,
        "deadline": alert.deadline,
        "path": alert.path,
    }
