"""The CSV that a spreadsheet opens."""

from __future__ import annotations

import csv
from io import StringIO

from contracts.values import Timing
from services.reporting.rows import activity_rows
from services.reporting.table import COLUMNS, as_csv
from tests.unit.reporting.builders import NOW, ZONE, activity, commitment, euros, known, plan


def _read(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(StringIO(text.removeprefix("\ufeff"), newline="")))


def test_every_activity_is_a_line_and_the_unknown_an_empty_cell() -> None:
    seen = known(
        plan=plan(("2.1", None)),
        activities=[
            activity("2.1.1", title='Čipka, "nova"', responsible=["Občina", "ID20"]),
            activity("2.1.2", estimated=None, timing=Timing(kind="open_ended")),
        ],
        commitments=[commitment(euros("250.50"))],
    )
    text = as_csv(activity_rows(seen, NOW, ZONE))
    assert text.startswith("\ufeff" + ",".join(COLUMNS))
    first, second = _read(text)
    assert (first["title"], first["responsible"]) == ('Čipka, "nova"', "Občina; ID20")
    assert (first["estimated"], first["committed"], first["open"]) == ("1000", "250.50", "749.50")
    assert (first["due"], first["due_precision"]) == ("2030", "year")
    assert (second["estimated"], second["open"], second["due"]) == ("", "", "")


def test_text_is_never_run_as_a_formula() -> None:
    seen = known(plan=plan(("2.1", None)), activities=[activity(title="=HYPERLINK(1)")])
    assert _read(as_csv(activity_rows(seen, NOW, ZONE)))[0]["title"] == "'=HYPERLINK(1)"
