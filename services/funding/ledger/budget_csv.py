"""The municipality's budget lines from a CSV file, as an accounting program or a spreadsheet saves it."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from io import StringIO

from contracts.values import Money
from services.funding.ledger.budget import LineForm, check_amount
from services.funding.ledger.refusal import Mistake, Refused
from services.funding.ledger.typed import typed_amount

# Column names in Slovenian and English; the first one is how this product writes them.
COLUMNS = {
    "budget_code": ("budget_code", "proračunska postavka", "postavka", "pp"),
    "nrp_item": ("nrp_item", "nrp", "projekt nrp", "šifra nrp"),
    "name": ("name", "naziv", "ime"),
    "year": ("year", "leto"),
    "amount": ("amount", "znesek", "načrt", "sprejeti proračun"),
    "source_document": ("source_document", "vir", "dokument", "odlok"),
}
NEEDED = ("budget_code", "name", "year", "source_document")
MOST_ROWS = 5_000


@dataclass(frozen=True, slots=True)
class Sheet:
    """What a file gave: the lines that can be read, and for every other row why not."""

    lines: list[LineForm]
    rejected: list[Mistake]


def read_lines(body: bytes) -> Sheet:
    """Rows of a CSV in UTF-8 or Windows-1250, parted by semicolons or commas, with a header.

    Amounts as in 1.250.000,50; an empty one is unknown. Raises Refused when the file as a whole cannot be read;
    single bad rows are told and the others taken.
    """
    text = _text(body)
    first = text.splitlines()[0] if text.strip() else ""
    reader = csv.reader(StringIO(text), delimiter=";" if first.count(";") >= first.count(",") else ",")
    rows = [row for row in reader if any(cell.strip() for cell in row)]
    if not rows:
        raise Refused.at("file", "it is empty", f"send a header and rows: {';'.join(COLUMNS)}")
    if len(rows) - 1 > MOST_ROWS:
        raise Refused.at("file", f"it has {len(rows) - 1} rows", f"send at most {MOST_ROWS} at a time")
    places = _places(rows[0])
    lines: list[LineForm] = []
    rejected: list[Mistake] = []
    for number, row in enumerate(rows[1:], start=2):
        cells = {name: row[place].strip() if place < len(row) else "" for name, place in places.items()}
        try:
            lines.append(_line(cells, f"row {number}"))
        except Refused as refused:
            rejected += refused.mistakes
    return Sheet(lines, rejected)


def _text(body: bytes) -> str:
    for encoding in ("utf-8-sig", "cp1250"):
        try:
            return body.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise Refused.at("file", "it is neither UTF-8 nor Windows-1250 text", "save it as CSV UTF-8")


def _places(header: list[str]) -> dict[str, int]:
    heads = [cell.strip().casefold() for cell in header]
    places = {
        name: next((heads.index(word) for word in words if word in heads), None) for name, words in COLUMNS.items()
    }
    lacking = [name for name in NEEDED if places[name] is None]
    if lacking:
        raise Refused(
            [Mistake(name, f"no column is called {name}", f"name one {' or '.join(COLUMNS[name])}") for name in lacking]
        )
    return {name: place for name, place in places.items() if place is not None}


def _line(cells: dict[str, str], where: str) -> LineForm:
    amount: Money | None = typed_amount(cells.get("amount", ""), f"{where}.amount")
    check_amount(amount, f"{where}.amount")
    year = cells["year"]
    if not (year.isdigit() and 2000 <= int(year) <= 2200):
        raise Refused.at(f"{where}.year", f"“{year}” is no year", "write it as 2027")
    facts = {
        "budget_code": cells["budget_code"],
        "nrp_item": cells.get("nrp_item") or None,
        "name": cells["name"],
        "source_document": cells["source_document"],
    }
    try:
        return LineForm(year=int(year), amount=amount, **facts)
    except ValueError:
        empty = [name for name in ("budget_code", "name", "source_document") if not facts[name]]
        wrong = empty[0] if empty else "budget_code"
        raise Refused.at(
            f"{where}.{wrong}",
            "it is empty" if empty else f"“{facts['budget_code']}” is no budget code",
            "fill it in" if empty else "write letters, digits, dots and dashes alone",
        ) from None
