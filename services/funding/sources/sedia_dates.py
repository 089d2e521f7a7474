"""Dates of the EU portal: '2026-09-17T00:00:00.000+0000', where midnight stands for a day without an hour."""

from __future__ import annotations

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from services.funding.sources.parsed_call import Deadline, DeadlineKind

BRUSSELS = ZoneInfo("Europe/Brussels")


def read_day(phrase: str) -> date:
    """The calendar day as written, whatever offset follows it. Raises ValueError naming the phrase."""
    return _written(phrase).date()


def read_deadline(phrase: str, kind: DeadlineKind) -> Deadline:
    """The moment of a deadline; the last second of the day in Brussels when no hour is stated.

    A written midnight keeps its day: turned into UTC, '2026-09-17T00:00+0200' would fall on the 16th.
    """
    written = _written(phrase)
    hour_stated = written.tzinfo is not None and written.time() != time(0, 0)
    if hour_stated:
        return Deadline(at=written, kind=kind, phrase=phrase)
    at = datetime.combine(written.date(), time(23, 59, 59), tzinfo=BRUSSELS)
    return Deadline(at=at, kind=kind, hour_stated=False, phrase=phrase)


def _written(phrase: str) -> datetime:
    try:
        written = datetime.fromisoformat(phrase)
    except ValueError:
        raise ValueError(f"{phrase[:60]!r} is no date; the portal writes 2026-09-17T00:00:00.000+0000") from None
    if not 1990 <= written.year <= 2100:
        raise ValueError(f"{phrase[:60]!r} lies outside the years 1990 to 2100")
    return written
