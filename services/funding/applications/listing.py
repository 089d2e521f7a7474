"""The list of applications, as a page and as a table for a spreadsheet."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from io import StringIO

from services.funding.applications.application import Application
from services.funding.applications.records import Task
from services.funding.planning.plan import Plan

# A spreadsheet takes text that begins like this for a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_BYTE_ORDER_MARK = "\ufeff"
COLUMNS = (
    *("id", "title", "call", "state", "lead_department", "deadline"),
    *("verdict", "activities", "next_task", "next_due"),
)


@dataclass(frozen=True, slots=True)
class Row:
    """One application in the list: what must be met when, how it stands, and what comes next."""

    application: Application
    deadline: datetime | None
    plan: Plan | None

    @property
    def next_task(self) -> Task | None:
        tasks = [task for task in self.application.tasks if task.open and task.due is not None]
        return min(tasks, key=lambda task: task.due or date.max, default=None)


def in_order(rows: Iterable[Row]) -> list[Row]:
    """The nearest deadline first; those without one after them; those that are over last."""
    return sorted(rows, key=lambda row: (row.application.over, _moment(row), row.application.title))


def _moment(row: Row) -> float:
    return row.deadline.timestamp() if row.deadline else float("inf")


def as_csv(rows: Iterable[Row]) -> str:
    """RFC 4180 in UTF-8 with a byte order mark; an empty cell is unknown. Codes are those of the API."""
    text = StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    writer.writerows(_cells(row) for row in rows)
    return _BYTE_ORDER_MARK + text.getvalue()


def _cells(row: Row) -> list[str]:
    application, task = row.application, row.next_task
    cells = (
        application.application_id,
        application.title,
        application.terms.title,
        application.state,
        application.lead_department or "",
        row.deadline.isoformat() if row.deadline else "",
        row.plan.verdict if row.plan else "",
        "; ".join(activity.number for activity in application.activities),
        task.title.sl if task else "",
        task.due.isoformat() if task and task.due else "",
    )
    return [f"'{cell}" if cell.startswith(_FORMULA) else cell for cell in cells]
