"""A table somebody keeps: CSV, XLSX or ODS to rows of text, within bounds, whatever delimiter and encoding it has."""

from __future__ import annotations

import csv
import io
import re
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from python_calamine import CalamineError, CalamineWorkbook, PasswordError, ZipError

from services.funding.sources.source import Malformed
from services.funding.sources.untrusted import clean

MAX_BYTES = 20 * 1024 * 1024
MAX_UNPACKED = 200 * 1024 * 1024
MAX_ROWS = 20_000
MAX_COLUMNS = 200
_DELIMITERS = ";,\t|"
_PLACE = re.compile(rb' r="([A-Z]{1,3})(\d{1,7})"')
_ALONE = "Send the table alone, without pictures and empty rows"

Row = tuple[int, Sequence[str]]


@dataclass(frozen=True, slots=True)
class Sheet:
    """Names of the columns, and the rows below with their numbers as the file's own program shows them."""

    columns: Sequence[str]
    rows: Sequence[Row]
    form: str


def read_sheet(body: bytes) -> Sheet:
    """The first table of a file. Raises Malformed when it is none, is locked, or is larger than a table people keep."""
    if len(body) > MAX_BYTES:
        raise Malformed(f"The file has {len(body)} bytes, more than the {MAX_BYTES} taken", "Send it in parts")
    packed = body.startswith(b"PK")
    rows, form = _book(body) if packed or body.startswith(b"\xd0\xcf\x11\xe0") else _csv(body)
    filled = [(number, row) for number, row in rows if any(row)]
    if len(filled) < 2:
        raise Malformed("The table has no row below its heading", "Put the names of the columns into the first row")
    (_, heading), *below = filled
    return Sheet(heading, below, form)


def _csv(body: bytes) -> tuple[list[Row], str]:
    text, encoding = _decoded(body)
    opening = text[:20_000].splitlines()[0] if text.strip() else ""
    delimiter = max(_DELIMITERS, key=opening.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        rows: list[Row] = [(reader.line_num, [clean(cell) for cell in row]) for row in _bounded(reader)]
    except csv.Error as error:
        raise Malformed(f"The table cannot be read: {error}", "Save it anew as CSV with quotes around texts") from None
    return rows, f"CSV, {encoding}, parted by {_NAMES[delimiter]}"


def _decoded(body: bytes) -> tuple[str, str]:
    """UTF-8 where it is, UTF-16 where it says so, else the code page Slovenian offices used before."""
    encodings = ["utf-16"] if body.startswith((b"\xff\xfe", b"\xfe\xff")) else ["utf-8-sig", "cp1250"]
    for encoding in encodings:
        try:
            text = body.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" not in text:
            return text, encoding.removesuffix("-sig")
    raise Malformed("The file is neither a table of text nor a workbook", "Save it as CSV (UTF-8), XLSX or ODS")


def _book(body: bytes) -> tuple[list[Row], str]:
    _refuse_bomb(body)
    try:
        with CalamineWorkbook.from_filelike(io.BytesIO(body)) as book:
            sheet = book.get_sheet_by_index(0)
            if sheet.total_height > MAX_ROWS * 5 or sheet.total_width > 16_384:
                raise Malformed("The sheet is larger than a table people keep", "Delete empty rows and columns")
            rows = _bounded(sheet.iter_rows())
            return [(number, [_cell(value) for value in row]) for number, row in enumerate(rows, start=1)], "workbook"
    except PasswordError:
        raise Malformed("The workbook is locked with a password", "Save it without one") from None
    except (CalamineError, ZipError, ValueError, OSError, IndexError) as error:
        raise Malformed(f"The workbook cannot be read: {str(error)[:200]}", "Save it anew as XLSX or ODS") from None


def _refuse_bomb(body: bytes) -> None:
    """What a workbook unpacks to, and how far its cells lie apart, is counted before anybody builds it.

    The sizes a packed file states of itself may be lies, so it is unpacked here once, piece by piece.
    """
    if not body.startswith(b"PK"):
        return
    size = 0
    try:
        with zipfile.ZipFile(io.BytesIO(body)) as archive:
            for entry in archive.infolist():
                entry.file_size = MAX_UNPACKED + 1
                with archive.open(entry) as stream:
                    end, rows, columns = b"", 0, 0
                    while piece := stream.read(1024 * 1024):
                        size += len(piece)
                        if size > MAX_UNPACKED:
                            raise Malformed(f"The workbook unpacks to more than {MAX_UNPACKED} bytes", _ALONE)
                        for column, row in _PLACE.findall(end + piece):
                            rows, columns = max(rows, int(row)), max(columns, len(column))
                        end = piece[-32:]
                    if rows > MAX_ROWS * 5 or columns > 2:
                        raise Malformed("The workbook has cells far away from its table", _ALONE)
    except (zipfile.BadZipFile, zlib.error, ValueError, NotImplementedError, RuntimeError, EOFError) as error:
        if isinstance(error, Malformed):
            raise
        raise Malformed("The workbook is damaged or locked", "Save it anew as XLSX or ODS") from None


def _bounded(rows: Iterator[Sequence[Any]]) -> Iterator[Sequence[Any]]:
    for number, row in enumerate(rows):
        if number > MAX_ROWS:
            raise Malformed(f"The table has more than {MAX_ROWS} rows", "Send it in parts")
        if len(row) > MAX_COLUMNS and any(str(cell).strip() for cell in row[MAX_COLUMNS:]):
            raise Malformed(f"The table has more than {MAX_COLUMNS} columns", "Send the columns that matter")
        yield row[:MAX_COLUMNS]


def _cell(value: Any) -> str:
    """A cell as its words: whole numbers without a fraction, dates as the office writes them."""
    match value:
        case bool():
            return "da" if value else "ne"
        case float() if value.is_integer():
            return str(int(value))
        case float():
            return repr(value).replace(".", ",")
        case datetime():
            day = f"{value.day}. {value.month}. {value.year}"
            return day if value.time() == time(0, 0) else f"{day} ({value:%H:%M})"
        case date():
            return f"{value.day}. {value.month}. {value.year}"
        case _:
            return clean(str(value))


_NAMES = {";": "semicolons", ",": "commas", "\t": "tabs", "|": "bars"}
