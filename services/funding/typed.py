"""What a person types into a form: moments, amounts and shares as offices write them, or as programs do."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, time
from decimal import Decimal, InvalidOperation
from zoneinfo import ZoneInfo

from contracts.values import Money
from services.funding.ledger.typed import typed_amount
from services.funding.sources.dates import LJUBLJANA, UnreadableDate, WrittenDate, read_typed_dates
from services.funding.sources.parsed_call import Deadline, DeadlineKind


def typed_deadline(line: str, kind: DeadlineKind = "single", zone: ZoneInfo = LJUBLJANA) -> Deadline:
    """'31. 3. 2027 (12:00)' or '2027-03-31 12:00' where the house is; without the hour the end of that day.

    Raises UnreadableDate, also for an hour that the change to summer time skips.
    """
    written = _one_date(line, zone)
    return Deadline(at=written.instant(zone), kind=kind, hour_stated=written.hour is not None, phrase=line)


def typed_moment(text: str, zone: ZoneInfo) -> datetime:
    """When something happened, written like a deadline; without the hour the beginning of that day."""
    written = _one_date(text, zone)
    return replace(written, hour=written.hour or time(0)).instant(zone)


def typed_price(text: str) -> Money:
    """An amount in euros greater than nought. Raises ValueError for any other, and for one that may mean two."""
    amount = typed_amount(text, "amount")
    if amount is None or amount.amount <= 0:
        raise ValueError(f"{text!r} is no amount greater than nought")
    return amount


def typed_percent(text: str) -> Decimal:
    """'85', '72,5 %' or '72.5' as a share from 0 to 1. Raises ValueError."""
    try:
        share = Decimal(text.replace("%", "").strip().replace(",", ".")) / 100
    except InvalidOperation:
        raise ValueError(f"{text!r} is no number") from None
    if not (share.is_finite() and 0 <= share <= 1):
        raise ValueError(f"{text!r} is not from 0 to 100 per cent")
    return share


def _one_date(text: str, zone: ZoneInfo) -> WrittenDate:
    dates = read_typed_dates(text, zone)
    if len(dates) != 1:
        raise UnreadableDate(f"{text!r} is not one date")
    return dates[0]
