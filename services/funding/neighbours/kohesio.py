"""Kohesio's list of projects, one CSV per country and period, into projects that were won.

Columns and the form of dates (DD/MM/YYYY) as Kohesio publishes them; columns that are missing leave their facts
unknown. The rate is the EU budget by the eligible cost, and unknown when either is.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation

from contracts.values import Money
from services.funding.neighbours.legal_bodies import is_legal_body
from services.funding.sources.source import Malformed, Rejected
from services.funding.sources.untrusted import clean, read_text

ID, TITLE, OWN_TITLE = "Operation_Unique_Identifier", "Operation_Name_English", "Operation_Name_Programme_Language"
NEEDED = (ID, "Total_Eligible_Expenditure_amount", "Project_EU_Budget", "NUTS3_Code")
MAX_BYTES = 64 * 1024 * 1024
MAX_CELL = 100_000


@dataclass(frozen=True, slots=True)
class WonProject:
    """One project with EU money. `place` is its region's NUTS code, or the country's where it names none."""

    project_id: str
    title: str
    title_own: str | None
    summary: str
    beneficiary: str
    place: str
    start: date | None
    end: date | None
    cost: Money | None
    eu: Money | None
    fund: str | None
    programme: str | None

    @property
    def rate(self) -> Decimal | None:
        """The share the EU paid, 0 to 1 with four places. None when cost or EU money is not known."""
        if self.cost is None or self.eu is None or self.cost.currency != self.eu.currency or self.cost.amount <= 0:
            return None
        share = (self.eu.amount / self.cost.amount).quantize(Decimal("0.0001"))
        return share if share <= 1 else None


class NoLegalBody(ValueError):
    """The beneficiary may be a person; nothing of the row is kept."""


def read(body: bytes) -> Iterator[WonProject | Rejected | NoLegalBody]:
    """Every row as a project, a refused row with its reason, or one whose beneficiary may be a person.

    Raises Malformed when the file is not such a list, or is cut off inside a quoted cell.
    """
    csv.field_size_limit(MAX_CELL)
    rows = csv.DictReader(read_text(body, max_bytes=MAX_BYTES).splitlines(keepends=True), strict=True)
    missing = [name for name in NEEDED if name not in (rows.fieldnames or [])]
    if missing:
        raise Malformed(
            f"The file has no column {', '.join(missing)}",
            "Take the CSV of projects from Kohesio's page of downloads, unchanged",
        )
    try:
        for number, row in enumerate(rows, start=2):
            yield _read_row(f"row {number}", {name: clean(text) for name, text in row.items() if name and text})
    except csv.Error as error:
        raise Malformed(
            f"Row {rows.line_num} cannot be read: {error}", "Download the file again, it is cut off"
        ) from None


def _read_row(place: str, row: dict[str, str]) -> WonProject | Rejected | NoLegalBody:
    beneficiary = row.get("Beneficiary_Name", "")
    if not is_legal_body(beneficiary):
        return NoLegalBody(place)
    title = row.get(TITLE) or row.get(OWN_TITLE)
    if not row.get(ID) or not title:
        name = TITLE if row.get(ID) else ID
        return Rejected(place, f"it has no {name}", name, "nothing; without it a project cannot be told from others")
    try:
        return WonProject(
            project_id=row[ID].rsplit("/", 1)[-1],
            title=title,
            title_own=row.get(OWN_TITLE),
            summary=row.get("Operation_Summary_Programme_Language") or row.get("Operation_Summary_English") or "",
            beneficiary=beneficiary,
            place=row.get("NUTS3_Code") or row.get("NUTS2_Code") or row.get("CountryCode") or "SI",
            start=_day(row, "Operation_Start_Date"),
            end=_day(row, "Operation_End_Date"),
            cost=_money(row, "Total_Eligible_Expenditure_amount", "Total_Eligible_Expenditure_Currency"),
            eu=_money(row, "Project_EU_Budget", "Project_EU_Budget_Currency"),
            fund=row.get("Fund_Code") or row.get("Fund_Name"),
            programme=row.get("Programme_Name"),
        )
    except _Unread as unread:
        return Rejected(
            place, f"{unread.text!r} is {unread.wanted}", unread.field, "correct the cell, or leave it empty"
        )


class _Unread(ValueError):
    def __init__(self, field: str, text: str, wanted: str) -> None:
        super().__init__(field)
        self.field, self.text, self.wanted = field, text, wanted


def _day(row: dict[str, str], field: str) -> date | None:
    if not (text := row.get(field, "")):
        return None
    try:
        return datetime.strptime(text, "%d/%m/%Y").date()  # noqa: DTZ007 - a day has no zone
    except ValueError:
        raise _Unread(field, text, "no date such as 31/12/2027") from None


def _money(row: dict[str, str], field: str, currency: str) -> Money | None:
    """Cents are rounded; Kohesio computes some of its amounts and gives more places."""
    if not (text := row.get(field, "")):
        return None
    try:
        amount = Decimal(text).quantize(Decimal("0.01"))
    except InvalidOperation:
        raise _Unread(field, text, "no amount such as 150000.50") from None
    return Money(amount=amount, currency=row.get(currency, "EUR"), phrase=text)
