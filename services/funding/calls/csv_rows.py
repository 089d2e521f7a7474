"""A list of calls as a table for a spreadsheet: one row per call, unknown cells empty."""

from __future__ import annotations

import csv
import io
from collections.abc import AsyncIterator
from datetime import datetime
from typing import Any

from services.funding.calls.call import Call

COLUMNS = (
    *("id", "title", "status", "funder", "programme", "reference", "opens", "deadline", "until_funds_run_out"),
    *("co_financing_rate", "min_amount", "max_amount", "budget", "currency", "territory", "eligible_applicants"),
    *("themes", "source", "url"),
)
# A cell that begins so is a formula to a spreadsheet.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


async def csv_lines(calls: AsyncIterator[Call], now: datetime) -> AsyncIterator[str]:
    """The header, then a line per call, as each is read."""
    yield _line(COLUMNS)
    async for call in calls:
        yield _line([_cell(value) for value in _row(call, now)])


def _row(call: Call, now: datetime) -> list[Any]:
    deadline = call.deadline(now)
    money = [each for each in (call.min_amount, call.max_amount, call.budget) if each]
    told: dict[str, Any] = {
        "id": call.call_id,
        "opens": call.opens.value if call.opens else None,
        "deadline": deadline.at.isoformat() if deadline else call.deadline_phrase,
        "min_amount": call.min_amount and call.min_amount.amount,
        "max_amount": call.max_amount and call.max_amount.amount,
        "budget": call.budget and call.budget.amount,
        "currency": " ".join(dict.fromkeys(each.currency for each in money)),
        "eligible_applicants": " ".join(call.eligible_applicants),
        "themes": " ".join(call.themes),
    }
    return [told[name] if name in told else getattr(call, name) for name in COLUMNS]


def _cell(value: Any) -> str:
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(_FORMULA) else text


def _line(cells: Any) -> str:
    buffer = io.StringIO()
    csv.writer(buffer).writerow(cells)
    return buffer.getvalue()
