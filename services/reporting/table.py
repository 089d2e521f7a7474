"""The activities as a table for a spreadsheet."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from io import StringIO

from contracts.values import Money
from services.reporting.rows import ActivityRow

# A spreadsheet takes text that begins like this for a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_BYTE_ORDER_MARK = "\ufeff"

COLUMNS = (
    "number",
    "title",
    "title_sl",
    "action",
    "stage",
    "delivery",
    "due",
    "due_precision",
    "responsible",
    "estimated",
    "committed",
    "open",
    "currency",
    "updated_at",
)


def as_csv(rows: Iterable[ActivityRow]) -> str:
    """RFC 4180 with a header, in UTF-8 with a byte order mark, without which spreadsheets break č, š and ž.

    Amounts have a point and two decimals; an empty cell is unknown, never zero. `due` is as precise as
    `due_precision` says. Text that a spreadsheet would run as a formula begins with an apostrophe.
    """
    text = StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    writer.writerows(_cells(row) for row in rows)
    return _BYTE_ORDER_MARK + text.getvalue()


def _cells(row: ActivityRow) -> list[str]:
    known = [money for money in (row.estimated, row.committed.known, row.open) if money is not None]
    return [
        _plain(row.number),
        _plain(row.title),
        _plain(row.title_sl or ""),
        _plain(row.action_number),
        _plain(row.stage),
        row.delivery,
        row.due.value if row.due else "",
        row.due.precision if row.due else "",
        _plain("; ".join(row.responsible)),
        _amount(row.estimated),
        _amount(row.committed.known),
        _amount(row.open),
        known[0].currency if known else "",
        row.updated_at.isoformat().replace("+00:00", "Z"),
    ]


def _plain(text: str) -> str:
    return f"'{text}" if text.startswith(_FORMULA) else text


def _amount(money: Money | None) -> str:
    return "" if money is None else f"{money.amount:f}"
