"""When an alert may leave, from what is stored of it and what its person wishes now."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from services.notifications.alerts import Alert
from services.notifications.people.person import Person
from services.notifications.subscriptions import Subscription
from services.notifications.timing.leaving import Leave, leaves_at


def leave_of(
    alert: Alert, person: Person, chosen: Sequence[Subscription], now: datetime, *, after: datetime | None = None
) -> Leave:
    """When an alert may leave, and whether gathered with others. Wishes changed meanwhile hold at once.

    `chosen`: those of its subscriptions that are on. `after`: when the person's latest digest closed; what it missed
    waits for the next. A mail of its own that was tried keeps being one, and only minds the hours. A reminder of a
    deadline does not wait for a week.
    """
    cadences = [each.cadence for each in chosen]
    wishes = person.delivery.for_cadences([*cadences, "morning"] if alert.kind == "deadline_near" else cadences)
    if alert.on_its_own:
        at_once = wishes.model_copy(update={"cadence": "instant"})
        return leaves_at(_kind(alert), alert.urgent, at_once, person.clock, now)._replace(occasion=None)
    missed = after is not None and alert.digest is None and alert.raised_at < after
    leave = leaves_at(
        _kind(alert),
        alert.urgent,
        wishes,
        person.clock,
        now,
        since=after if missed else alert.raised_at,
        needed_by=alert.deadline,
    )
    if leave.why is None and leave.occasion is None and alert.waits is not None and not alert.urgent:
        return leave._replace(occasion=now)
    return leave


def _kind(alert: Alert) -> str:
    """What somebody is asked in another's place was told before: it is not gathered, but keeps the quiet hours."""
    return alert.kind if alert.asked is None else f"asked_{alert.kind}"
