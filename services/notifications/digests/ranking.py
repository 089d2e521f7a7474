"""What a digest tells first: one entry for each call or other matter, the most pressing on top."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from services.notifications.alerts import Alert
from services.notifications.fits import Fit, best_first

TOLD = 10
"""Entries told in a mail; the rest is counted and stands in the inbox."""

_BANDS = tuple(timedelta(days=days) for days in (3, 7, 14, 30, 60))
_NO_SCORE = 50
"""Where what bears no score, such as a task, stands among what does: in the middle, neither best nor worst."""


@dataclass(frozen=True, slots=True)
class Entry:
    """All that a digest tells of one call or other matter: its alerts, oldest first."""

    alerts: tuple[Alert, ...]

    @property
    def newest(self) -> Alert:
        return self.alerts[-1]

    @property
    def fits(self) -> list[Fit]:
        """The activities it fits as the newest alert that tells of one has them, best first."""
        latest = {fit.activity_id: fit for alert in self.alerts for fit in alert.mailed_fits}
        return best_first(tuple(latest.values()))


def entries(alerts: Iterable[Alert]) -> list[Entry]:
    """Alerts about the same thing become one entry."""
    about: dict[tuple[bool, str], list[Alert]] = defaultdict(list)
    for alert in sorted(alerts, key=lambda each: (each.raised_at, each.alert_id)):
        about[alert.call is None, alert.about_id].append(alert)
    return [Entry(tuple(each)) for each in about.values()]


def ranked(found: Iterable[Entry], now: datetime) -> list[Entry]:
    """Entries in the order in which somebody should read them.

    First what is urgent. Then by the time left: up to 3, 7, 14, 30, 60 days, more or not known, and what is over.
    Within one band the better fit first; of equal fits the one with the smaller own share, unknown after known; then
    the nearer deadline. The order is total: the same entries always stand in the same order.
    """
    return sorted(found, key=lambda entry: _place(entry, now))


def _place(entry: Entry, now: datetime) -> tuple[bool, int, int, bool, Decimal, bool, float, str]:
    deadline, best = entry.newest.deadline, entry.fits[:1]
    share = best[0].own_share if best else None
    return (
        not any(alert.urgent for alert in entry.alerts),
        _band(deadline, now),
        -(best[0].score if best else _NO_SCORE),
        share is None,
        share.amount if share is not None else Decimal(0),
        deadline is None,
        deadline.timestamp() if deadline is not None else 0.0,
        entry.newest.about_id,
    )


def _band(deadline: datetime | None, now: datetime) -> int:
    if deadline is None:
        return len(_BANDS)
    if deadline <= now:
        return len(_BANDS) + 1
    return next((place for place, most in enumerate(_BANDS) if deadline - now <= most), len(_BANDS))
