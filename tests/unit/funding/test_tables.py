"""Tables that people send: whatever program wrote them, and whatever they hide."""

from __future__ import annotations

import io
import zipfile
from decimal import Decimal

import pytest

from services.funding.sources.source import Malformed, Payload
from services.funding.sources.table import Table, TableRead

SLOVENIAN = """Naziv razpisa;Razpisovalec;Šifra;Rok za prijavo;Stopnja sofinanciranja;Najvišji znesek (EUR);Opombe
Prenova trga;Ministrstvo za kulturo;430-1/2026;13. 11. 2027 (14:00);85 %;1.250.000,50;x
Oprema;Eko sklad;;do porabe sredstev;0,6;200 tisoč evrov;
;Nihče;;;;;
Ura;;;28. 3. 2027 (2:30);;1.25;
"""


def read(text: str, encoding: str = "utf-8") -> TableRead:
    return Table().preview(Payload("razpisi.csv", text.encode(encoding)))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1250", "utf-16"])
def test_an_offices_table_in_any_encoding(encoding: str) -> None:
    table = read(SLOVENIAN, encoding)
    first, second, third = table.reading.calls
    assert (first.title, first.reference, first.co_financing_rate) == ("Prenova trga", "430-1/2026", Decimal("0.85"))
    assert first.max_amount is not None
    assert first.max_amount.amount == Decimal("1250000.50")
    assert [each.at.isoformat() for each in first.deadlines] == ["2027-11-13T13:00:00+00:00"]
    assert (second.until_funds_run_out, second.co_financing_rate, second.unread) == (True, Decimal("0.6"), [])
    assert second.max_amount is not None
    assert second.max_amount.amount == 200_000
    assert {each.field for each in third.unread} == {"deadlines", "max_amount"}, "a skipped hour and a doubtful number"
    assert [(each.row, each.field) for each in table.reading.rejected] == [("razpisi.csv#row-4", "title")]
    assert table.ignored == ["Opombe"]
    assert all(grounds.basis in ("by_hand", "inferred") for grounds in first.grounds.values())


def test_an_english_table_with_commas_and_points() -> None:
    (call,) = read(
        "Title,Deadline,Budget,Rate,Eligible applicants,Territory\n"
        'Square,2027-03-31T17:00,"1,250,000.50",85,government_municipal,SI-036\n'
    ).reading.calls
    assert call.budget is not None
    assert (call.budget.amount, call.co_financing_rate) == (Decimal("1250000.50"), Decimal("0.85"))
    assert (call.eligible_applicants, call.territory) == (["government_municipal"], "SI-036")
    assert [each.at.isoformat() for each in call.deadlines] == ["2027-03-31T15:00:00+00:00"]


def test_two_rows_of_one_call_are_told_apart_and_none_is_guessed() -> None:
    table = read("Title;Reference\nA;1\nB;1\n")
    assert [call.title for call in table.reading.calls] == ["A"]
    (rejected,) = table.reading.rejected
    assert "another row" in rejected.reason


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "no row below"),
        ("Title\n", "no row below"),
        ("Kaj;Kdo\nA;B\n", "No column names the calls"),
        ("Title\n" + "x\n" * 20_001, "more than 20000 rows"),
        ("\x00\x01;\x02\n" * 3, "neither a table"),
    ],
)
def test_what_is_no_table_is_refused_with_a_mend(text: str, reason: str) -> None:
    with pytest.raises(Malformed, match=reason) as refused:
        read(text)
    assert refused.value.mend


def workbook(sheet: str) -> bytes:
    """The least an XLSX has, around the XML of its one sheet."""
    content = "http://schemas.openxmlformats.org/package/2006/content-types"
    kinds = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    relations = "http://schemas.openxmlformats.org/package/2006/relationships"
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{content}"><Default Extension="rels" ContentType="application/vnd.'
        'openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{kinds}.sheet.main+xml"/>'
        f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{kinds}.worksheet+xml"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{relations}"><Relationship Id="r1" Type="{office}/officeDocument" '
        'Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{main}" xmlns:r="{office}"><sheets><sheet name="A" sheetId="1" '
        'r:id="r1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{relations}"><Relationship Id="r1" '
        f'Type="{office}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
        "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{main}"><sheetData>{sheet}</sheetData></worksheet>',
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            archive.writestr(name, text)
    return out.getvalue()


def cell(place: str, value: str) -> str:
    return f'<c r="{place}" t="inlineStr"><is><t>{value}</t></is></c>'


def test_a_workbook_and_its_numbers() -> None:
    rows = (
        f'<row r="1">{cell("A1", "Naziv")}{cell("B1", "Sredstva")}</row>'
        f'<row r="2">{cell("A2", "Trg")}<c r="B2"><v>1250000.5</v></c></row>'
    )
    (call,) = Table().read([Payload("a.xlsx", workbook(rows))]).calls
    assert call.budget is not None
    assert (call.title, call.budget.amount) == ("Trg", Decimal("1250000.5"))


@pytest.mark.parametrize(
    "body",
    [
        workbook(f'<row r="1">{cell("A1", "Naziv")}</row><row r="1048576">{cell("XFD1048576", "x")}</row>'),
        workbook(f'<row r="1">{cell("A1", " " * 210_000_000)}</row>'),
        workbook("")[:300],
        b"\xd0\xcf\x11\xe0" + bytes(100),
    ],
    ids=["cells far away", "zip bomb", "damaged", "no workbook"],
)
def test_a_bomb_of_a_workbook_is_refused(body: bytes) -> None:
    with pytest.raises(Malformed, match="workbook"):
        Table().read([Payload("a.xlsx", body)])
