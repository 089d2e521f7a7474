from __future__ import annotations

import pytest

from services.notifications.subscriptions.words import UnknownLanguage, expect_known_language, terms, words_of


@pytest.mark.parametrize(
    ("looked_for", "text"),
    [
        ("prenova stavb", "Energetske prenove javnih stavbah"),
        ("OBČINE", "za manjšimi občinami"),
        ("obcine", "občinam"),
        ("renovation of buildings", "Renovating a public building"),
        ("start-up", "podpora za startup podjetja"),
        ("podnebni", "energetsko-podnebni načrt"),
        ("LIFE-2027", "oznaka LIFE2027"),
        ("center", "v mladinskem centru"),
        ("3D", "tiskalniki 3D"),
    ],
)
def test_a_word_is_found_in_its_other_forms(looked_for, text):
    assert all(word.among(words_of(text)) for word in terms(looked_for))


@pytest.mark.parametrize(
    "words",
    [
        "muzej muzejske muzejskih",
        "energija energetska energetika energijski",
        "turizem turizma turistični turistika turist",
        "kultura kulturni",
        "šport športna",
        "okolje okoljski",
        "podnebje podnebni",
        "zdravje zdravstveni zdravstvo",
        "tehnologija tehnološki",
        "inovacija inovacijski",
        "kmetijstvo kmetijski kmetija",
        "občina občinski",
        "mladina mladinski",
        "prostor prostorski prostorni",
        "rudnik rudniški",
        "zrak zračni",
        "otrok otroci otroški",
        "voda vodni",
        "les lesna",
        "digitalna digital",
        "ministrstvo minister",
        "Idrija idrijski",
        "museum museums",
        "culture cultural",
        "environment environmental",
        "renovation renovating",
        "municipality municipal",
    ],
)
def test_a_word_meets_what_is_made_of_it(words):
    first, *others = words.split()
    for other in others:
        for looked_for, text in ((first, other), (other, first)):
            assert all(word.among(words_of(text)) for word in terms(looked_for)), (looked_for, text)


@pytest.mark.parametrize(
    ("looked_for", "false_friends"),
    [
        ("voda", "vodja vodovod voditi"),
        ("grad", "gradnja gradbeni"),
        ("plan", "planina planinski"),
        ("okolje", "okoli okoliš"),
        ("mesto", "meso most"),
        ("glava", "glavni"),
        ("red", "redni"),
        ("sreda", "sredstva srednji"),
        ("pol", "polni polnilnica"),
        ("solarni", "solidarnost šola"),
        ("delo", "delničar delavnica"),
        ("energija", "energičen"),
        ("muzej", "muza"),
        ("tur", "turizem"),
        ("risk", "rise"),
        ("corn", "core"),
        ("sign", "signal site"),
        ("sink", "since"),
        ("organ", "organizacija organism"),
        ("šport", "prenova stavb"),
    ],
)
def test_a_word_does_not_meet_another_that_begins_like_it(looked_for, false_friends):
    for other in false_friends.split():
        for one, text in ((looked_for, other), (other, looked_for)):
            assert not all(word.among(words_of(text)) for word in terms(one)), (one, text)


def test_every_word_has_to_be_there():
    assert not all(word.among(words_of("prenova stavbe")) for word in terms("stavba šport"))


def test_small_words_are_not_looked_for():
    assert terms("za in of the") == ()
    assert len(terms("prenova in obnova, za prenova")) == 2


@pytest.mark.parametrize("text", ["обнова зданий", "ανακαίνιση", "改修", "Mittel für Orte", "finanziamenti montani"])
def test_a_language_the_search_does_not_know_is_named_before_it_is_kept(text):
    with pytest.raises(UnknownLanguage, match="Slovenian and English"):
        expect_known_language(text)
    assert terms(text), "what was kept before is read, and finds what is written so"
