from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.funding.themes import THEMES
from services.funding.applicants import applicants_in, municipality_may_apply
from services.funding.morphology import english_stem, slovenian_stem
from services.funding.territory import KNOWN, around, covers, territory_in
from services.funding.themes import themes_of, topic_of
from services.funding.vocabulary import CONCEPTS


@pytest.mark.parametrize(
    "territory", ["SI-036", "SI043", "SI04", "SI", "EU", "INTERREG-IT-SI", "INTERREG-SI-AT", "URBACT"]
)
def test_every_rung_of_the_ladder_covers_idrija(territory: str) -> None:
    assert covers(territory, "SI-036") is True


@pytest.mark.parametrize("territory", ["SI03", "SI036", "SI042", "SI-052", "INTERREG-SI-HR"])
def test_other_places_do_not_cover_idrija(territory: str) -> None:
    assert covers(territory, "SI-036") is False


@pytest.mark.parametrize(("territory", "place"), [(None, "SI-036"), ("XX", "SI-036"), ("SI", "XX"), ("SI043", "SI")])
def test_what_cannot_be_told_is_unknown(territory: str | None, place: str) -> None:
    assert covers(territory, place) is None


@given(st.sampled_from(sorted(KNOWN)))
def test_a_place_covers_itself_and_lies_in_all_around_it(place: str) -> None:
    assert covers(place, place) is True
    assert all(covers(outer, place) is True for outer in around(place))


def test_a_region_beside_the_country_means_the_region() -> None:
    assert territory_in("na območju Republike Slovenije, in sicer v goriški regiji") == ("SI043", "goriški regiji")
    assert territory_in("goriška regija in gorenjska regija") is None
    assert territory_in("povsod") is None
    assert territory_in("Program Interreg VI-A Slovenija–Avstrija 2021–2027") == (
        "INTERREG-SI-AT",
        "Interreg VI-A Slovenija–Avstrija",
    )
    assert territory_in("občine v regiji Jugovzhodna Slovenija") == ("SI037", "Jugovzhodna Slovenija")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Občine, ki so lastnice stavbe.", True),
        ("Samoupravne lokalne skupnosti", True),
        ("Municipalities of up to 30 000 inhabitants", True),
        ("Nosilci kmetijskih gospodarstev", False),
        ("Mala in srednja podjetja", False),
        ("Vsi dobri ljudje", None),
        ("", None),
    ],
)
def test_whether_a_municipality_may_apply(text: str, expected: bool | None) -> None:
    assert municipality_may_apply(applicants_in(text)) is expected


def test_somebody_in_words_we_do_not_know_leaves_it_open() -> None:
    assert municipality_may_apply(["farm", "zmaji"]) is None


@pytest.mark.parametrize(
    "forms",
    [
        ["prenova", "prenove", "prenovo", "prenovi"],
        ["tujec", "tujci", "tujcev", "tujcem"],
        ["podjetje", "podjetij", "podjetjih"],
        ["center", "centra", "centrov"],
        ["dediščina", "dediščine", "dediščin", "dediscine"],
        ["mladi", "mladih", "mladim"],
        ["občina", "občinami", "občin"],
    ],
)
def test_forms_of_a_slovenian_word_share_a_stem(forms: list[str]) -> None:
    assert len({slovenian_stem(form) for form in forms}) == 1


def test_hyphens_do_not_part_english_words() -> None:
    assert english_stem("co-working") == english_stem("coworking")


@pytest.mark.parametrize(
    ("text", "themes"),
    [
        ("Sofinanciranje obnove stavb kulturne dediščine", {"building_renovation", "cultural_heritage"}),
        ("Programi vključevanja tujcev", {"migrant_integration", "social_inclusion"}),
        ("Integration of foreign workers", {"migrant_integration", "social_inclusion"}),
        ("Energetska prenova javnih stavb", {"energy_efficiency", "building_renovation"}),
        ("Coworking spaces for start-ups", {"coworking", "entrepreneurship"}),
        ("Unmanned ground vehicles", set()),
    ],
)
def test_themes_of_a_title(text: str, themes: set[str]) -> None:
    assert set(themes_of(text)) == themes


def test_themes_come_with_the_words_that_name_them() -> None:
    assert themes_of("Prenova muzeja: kulturna dediščina")["cultural_heritage"] == ["muzeja", "kulturna dediščina"]


def test_a_passing_word_in_long_prose_makes_no_theme() -> None:
    assert topic_of("Tanks", "Young engineers may also apply.").themes == {}
    assert "youth" in topic_of("Tanks", "Youth centres teach young people.").themes


def test_weak_words_alone_make_no_theme() -> None:
    assert themes_of("Workshop with equipment on the premises") == {}


def test_the_vocabulary_is_whole() -> None:
    assert {theme for concept in CONCEPTS for theme in concept.themes} == set(THEMES)
    assert len({concept.code for concept in CONCEPTS}) == len(CONCEPTS)
    assert all(concept.sl and concept.en for concept in CONCEPTS)


@pytest.mark.parametrize("concept", CONCEPTS, ids=lambda concept: concept.code)
def test_every_term_is_met_in_its_own_words(concept: object) -> None:
    terms = (*concept.sl, *concept.en)  # type: ignore[attr-defined]
    for term in terms:
        text = " ".join([term, *concept.required[:1]])  # type: ignore[attr-defined]
        assert concept.code in topic_of(text).concepts, term  # type: ignore[attr-defined]
