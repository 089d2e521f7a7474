"""When something may leave for somebody, and why it waits until then. Asked anew each time: wishes and zones change."""

from __future__ import annotations

from datetime import datetime
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo

from contracts.values import LocalText, Reason
from services.notifications.timing.hours import is_holiday, morning_after, open_from, week_after
from services.notifications.timing.wishes import Cadence, DeliveryWishes
from services.notifications.wording import moment

CANNOT_WAIT: Final = frozenset({"call_changed", "call_withdrawn", "call_reopened", "application_state"})
"""Kinds that leave at any hour when they are urgent: a deadline moved earlier, withdrawn, reopened, our application.

What else is called urgent is not gathered into a digest, but keeps the quiet hours.
"""


class Leave(NamedTuple):
    """`at`: when it may leave; `why` it waits, None when it need not wait any longer.

    `occasion`: the moment for which it was gathered, shared by all that leave together; None when it leaves alone.
    """

    at: datetime
    why: Reason | None = None
    occasion: datetime | None = None


def leaves_at(
    kind: str,
    urgent: bool,
    wishes: DeliveryWishes,
    zone: ZoneInfo,
    now: datetime,
    *,
    since: datetime | None = None,
    needed_by: datetime | None = None,
) -> Leave:
    """When something that came up at `since` (by default now) may leave, as things stand `now`.

    A digest that would come after `needed_by`, the deadline, is not waited for: the next morning's is taken, or the
    next open hour. The same answer for the same wishes, whoever asks and however often.
    """
    if urgent and kind in CANNOT_WAIT:
        return Leave(now)
    since = now if since is None else since
    gathered = _gathered("instant" if urgent else wishes.cadence, wishes, zone, since, needed_by)
    due = open_from(wishes, zone, gathered)
    occasion = due if due > since else None
    at = due if due > now else open_from(wishes, zone, now)
    if at > now:
        digest = None if urgent or gathered == since or at > due else wishes.cadence
        return Leave(at, _waits(digest, wishes, zone, at, now), at)
    return Leave(now, None, occasion)


def next_mail(wishes: DeliveryWishes, zone: ZoneInfo, now: datetime) -> Leave:
    """When something that comes up now and can wait would leave."""
    return leaves_at("call_matched", False, wishes, zone, now)


def _gathered(
    cadence: Cadence, wishes: DeliveryWishes, zone: ZoneInfo, since: datetime, needed_by: datetime | None
) -> datetime:
    if cadence == "instant":
        return since
    morning = morning_after(wishes, zone, since)
    digest = week_after(wishes, zone, since) if cadence == "weekly" else morning
    if needed_by is None or needed_by <= since:
        return digest
    return next((each for each in (digest, morning) if open_from(wishes, zone, each) < needed_by), since)


def _waits(digest: Cadence | None, wishes: DeliveryWishes, zone: ZoneInfo, at: datetime, now: datetime) -> Reason:
    sl, en = moment(at, zone, "sl"), moment(at, zone, "en")
    if digest == "weekly":
        code, text = (
            "weekly_digest",
            LocalText(sl=f"Čaka na tedenski povzetek: {sl}.", en=f"In the weekly digest: {en}."),
        )
    elif digest is not None:
        code, text = (
            "morning_digest",
            LocalText(sl=f"Čaka na jutranji povzetek: {sl}.", en=f"In the morning digest: {en}."),
        )
    elif wishes.quiet_on_holidays and is_holiday(now.astimezone(zone).date(), wishes.country):
        code, text = "public_holiday", LocalText(sl=f"Praznik; tiho do: {sl}.", en=f"Public holiday; quiet until {en}.")
    else:
        code, text = "quiet_until", LocalText(sl=f"Tiho do: {sl}.", en=f"Quiet until {en}.")
    return Reason(code=code, text=text, evidence=at.isoformat())
