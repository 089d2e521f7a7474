from __future__ import annotations

import pytest

from services.notifications.subscriptions.words import UnknownLanguage, terms, words_of


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


@pytest.mark.parametrize(("looked_for", "text"), [("šport", "prenova stavb"), ("stavba šport", "prenova stavbe")])
def test_every_word_has_to_be_there(looked_for, text):
    assert not all(word.among(words_of(text)) for word in terms(looked_for))


def test_small_words_are_not_looked_for():
    assert terms("za in of the") == ()
    assert len(terms("prenova in obnova, za prenova")) == 2


@pytest.mark.parametrize("text", ["обнова зданий", "ανακαίνιση", "改修", "Mittel für Orte", "fondi della regione"])
def test_a_language_the_search_does_not_know_is_named(text):
    with pytest.raises(UnknownLanguage, match="Slovenian and English"):
        terms(text)
