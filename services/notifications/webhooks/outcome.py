"""What came of one attempt, and when the next one is: the retry schedule of Standard Webhooks 1.0.0."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime

DELAYS = (5, 300, 1800, 7200, 18_000, 36_000, 50_400, 72_000, 86_400)
"""Seconds after each attempt that failed: ten attempts within 75.6 hours."""

JITTER = 0.1
LONGEST = timedelta(hours=24)
GONE = 410
OVERLOADED = frozenset({429, 502, 503, 504})


@dataclass(frozen=True, slots=True)
class Outcome:
    """One attempt. `status` is None where nobody answered, `error` then says why. `answer` is bounded text."""

    status: int | None
    milliseconds: int
    error: str | None = None
    answer: str = ""
    retry_after: str | None = None

    @property
    def delivered(self) -> bool:
        return self.status is not None and 200 <= self.status < 300

    @property
    def gone(self) -> bool:
        return self.status == GONE

    @property
    def overloaded(self) -> bool:
        return self.status in OVERLOADED

    @property
    def words(self) -> str:
        if self.error is not None:
            return self.error
        if self.status is not None and 300 <= self.status < 400:
            return f"it answered {self.status}; a redirect is not followed, give the address it leads to"
        return f"it answered {self.status}"


def next_try(attempts: int, outcome: Outcome, now: datetime, chance: float) -> datetime | None:
    """When to try again after `attempts` attempts that failed; None after the last.

    `chance` from 0 to 1 spreads the tries of many receivers that failed together.
    """
    if attempts > len(DELAYS):
        return None
    planned = now + timedelta(seconds=DELAYS[attempts - 1] * (1 + JITTER * chance))
    asked = asked_for(outcome.retry_after, now)
    return planned if asked is None else max(planned, min(asked, now + LONGEST))


def asked_for(retry_after: str | None, now: datetime) -> datetime | None:
    """The moment of a Retry-After header (RFC 9110, 10.2.3), in seconds or as a date; None for anything else."""
    if retry_after is None:
        return None
    text = retry_after.strip()
    if text.isascii() and text.isdigit():
        return now + min(timedelta(seconds=int(text[:9])), LONGEST)
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, TypeError):
        return None
    return moment if moment.tzinfo is not None else None
