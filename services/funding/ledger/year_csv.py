"""One year of the ledger as a table for a spreadsheet."""

from __future__ import annotations

import csv
from io import StringIO

from contracts.values import Money
from services.funding.ledger.totals import AtLeast
from services.funding.ledger.year import Year

# A spreadsheet takes text that begins like this for a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
COLUMNS = (
    *("year", "budget_code", "nrp_item", "name", "amount", "reserved", "spent", "planned", "planned_unknown"),
    *("available", "gap", "currency"),
)


def as_csv(year: Year) -> str:
    """RFC 4180 in UTF-8 with a byte order mark. An empty cell is unknown; `planned` is at least that."""
    text = StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for line in year.lines:
        planned: AtLeast = line.planned
        writer.writerow(
            [
                year.year,
                _plain(line.budget_code),
                _plain(line.nrp_item or ""),
                _plain(line.name),
                *(_amount(each) for each in (line.amount, line.reserved, line.spent, planned.known)),
                planned.unknown,
                *(_amount(each) for each in (line.available, line.gap)),
                line.reserved.currency,
            ]
        )
    return "\ufeff" + text.getvalue()


def _plain(text: str) -> str:
    return f"'{text}" if text.startswith(_FORMULA) else text


def _amount(money: Money | None) -> str:
    return "" if money is None else f"{money.amount:f}"
