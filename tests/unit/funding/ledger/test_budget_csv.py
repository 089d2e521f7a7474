"""Budget lines from a file, as accounting programs save it."""

from __future__ import annotations

from decimal import Decimal

import pytest

from services.funding.ledger.budget_csv import read_lines
from services.funding.ledger.refusal import Refused

HEADER = "Proračunska postavka;NRP;Naziv;Leto;Znesek;Vir\r\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1250"])
def test_a_slovenian_file(encoding: str) -> None:
    rows = (
        "160310;OB036-26-0011;Ustvarjalni laboratorij, čas;2027;1.250.000,50;Odlok 2027",
        "",
        "180101;;Šport;2027;;Odlok",
    )
    body = HEADER + "\r\n".join(rows)
    sheet = read_lines(body.encode(encoding))
    assert not sheet.rejected
    first, second = sheet.lines
    assert first.amount is not None
    assert (first.name, first.amount.amount) == ("Ustvarjalni laboratorij, čas", Decimal("1250000.50"))
    assert (second.nrp_item, second.amount) == (None, None), "an empty amount is unknown"


def test_bad_rows_are_told_and_the_others_taken() -> None:
    rows = ("1;;A;2027;-5;x", "2;;B;27;5;x", "3;;;2027;5;x", "4;;D;2027;1.5;x", "5;;E;2027;5;x", "6;;F")
    sheet = read_lines((HEADER + "\n".join(rows)).encode())
    assert [line.budget_code for line in sheet.lines] == ["5"]
    assert [mistake.field for mistake in sheet.rejected] == [
        "row 2.amount", "row 3.year", "row 4.name", "row 5.amount", "row 7.year",
    ]  # fmt: skip
    assert all(mistake.mend for mistake in sheet.rejected)


@pytest.mark.parametrize(
    ("body", "words"),
    [(b"", "empty"), (b"a;b\n1;2\n", "no column is called budget_code"), (b"\x81\x8d\xff\x00", "neither UTF-8")],
)
def test_a_file_that_is_no_budget(body: bytes, words: str) -> None:
    with pytest.raises(Refused, match=words):
        read_lines(body)
