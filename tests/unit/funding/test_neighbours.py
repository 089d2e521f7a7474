"""Kohesio's list, read as it is published, and how near a region is."""

from __future__ import annotations

from decimal import Decimal

import pytest

from services.funding.neighbours.kohesio import NoLegalBody, WonProject, read
from services.funding.neighbours.legal_bodies import is_legal_body
from services.funding.neighbours.nearness import regions_within
from services.funding.neighbours.won import glance
from services.funding.sources.source import Malformed, Rejected

COLUMNS = (
    "Operation_Unique_Identifier,Operation_Name_English,Operation_Name_Programme_Language,Operation_Start_Date,"
    "Operation_End_Date,Total_Eligible_Expenditure_amount,Total_Eligible_Expenditure_Currency,Project_EU_Budget,"
    "Fund_Code,Programme_Name,NUTS3_Code,CountryCode,Beneficiary_Unique_Identifier,Beneficiary_Name"
)
WHOLE = (
    "https://linkedopendata.eu/entity/Q7,Lace house,Čipkarska hiša,29/02/2024,,200000.555,EUR,160000,"
    "ERDF,EKP,SI043,SI,Q9,Občina Cerkno"
)


def listed(*rows: str) -> bytes:
    return "\r\n".join([COLUMNS, *rows, ""]).encode("utf-8-sig")


def test_a_row_becomes_a_project_with_its_rate() -> None:
    (project,) = read(listed(WHOLE))
    assert isinstance(project, WonProject)
    assert (project.project_id, project.title_own, project.place) == ("Q7", "Čipkarska hiša", "SI043")
    assert project.start is not None
    assert (project.start.isoformat(), project.end) == ("2024-02-29", None)
    assert project.cost is not None
    assert project.cost.amount == Decimal("200000.56")
    assert project.rate == Decimal("0.8000")


@pytest.mark.parametrize(("cost", "eu"), [("", "160000"), ("200000", ""), ("0", "0"), ("100", "160")])
def test_a_rate_is_unknown_where_an_amount_is_or_where_they_contradict(cost: str, eu: str) -> None:
    (project,) = read(listed(WHOLE.replace("200000.555", cost).replace("160000", eu)))
    assert isinstance(project, WonProject)
    assert project.rate is None


def test_a_cell_that_cannot_be_read_refuses_its_row_alone() -> None:
    wrong, fine = read(listed(WHOLE.replace("29/02/2024", "30/02/2024"), WHOLE))
    assert isinstance(wrong, Rejected)
    assert (wrong.row, wrong.field) == ("row 2", "Operation_Start_Date")
    assert isinstance(fine, WonProject)


def test_what_may_be_a_person_is_left_out_whole() -> None:
    for name in ("Janez Novak", "Ana Zavodnik", "Miha Šolar", "Janez Novak s.p.", "Kmetija Novak", ""):
        (left_out,) = read(listed(WHOLE.replace("Občina Cerkno", name)))
        assert isinstance(left_out, NoLegalBody), name


@pytest.mark.parametrize(
    "name",
    ["OBČINA IDRIJA", "Hidria d.o.o.", "Kolektor d. d.", "Gimnazija Jurija Vege", "Mestni muzej", "Comune di Gorizia"],
)
def test_bodies_are_known_by_their_form_or_their_kind(name: str) -> None:
    assert is_legal_body(name)


@pytest.mark.parametrize("body", [b"a;b\n1;2\n", b"<html></html>", b"\xff\xfe\x00", b""])
def test_another_file_is_refused_whole(body: bytes) -> None:
    with pytest.raises(Malformed):
        list(read(body))


def test_a_list_cut_off_inside_a_cell_is_told() -> None:
    rows = read(listed(WHOLE) + b'"https://linkedopendata.eu/entity/Q8,"unfini')
    assert isinstance(next(rows), WonProject)
    with pytest.raises(Malformed):
        list(rows)


def test_near_is_the_region_then_its_neighbours_then_the_cohesion_region() -> None:
    assert regions_within("region", "SI-036") == ("SI043",)
    assert regions_within("next", "SI-036") == ("SI038", "SI041", "SI042", "SI043", "SI044")
    assert "SI031" not in regions_within("cohesion", "SI-036")
    assert len(regions_within("country", "SI-036")) == 12
    assert regions_within("region", "SI") == regions_within("country", "SI")


def test_a_glance_counts_all_and_rates_only_the_known() -> None:
    seen = glance([Decimal("0.8"), None, Decimal("0.4"), Decimal("0.9")])
    assert (seen.projects, seen.rated, seen.usual_rate) == (4, 3, Decimal("0.8"))
    assert glance([None]).usual_rate is None
