from __future__ import annotations

import pytest

from services.funding.sources.withdrawal import withdrawn_by


@pytest.mark.parametrize(
    "heading",
    [
        "Preklic javnega razpisa",
        "PREKLIC",
        "Razveljavitev drugega javnega poziva za občine",
        "Umik javnega razpisa za turizem",
        "Preklican javni razpis za pametna mesta",
        "Javni razpis za pametna mesta (preklicano)",
        "Javni razpis za pametna mesta – razveljavitev",
        "Javni razpis za pametna mesta se razveljavi",
        "Javni razpis je bil preklican",
        "Sklep o ustavitvi postopka",
    ],
)
def test_words_that_revoke_a_call(heading: str) -> None:
    assert withdrawn_by(heading)


@pytest.mark.parametrize(
    "heading",
    [
        "Preklic informativnega dneva",
        "Preklic predstavitvene delavnice za prijavitelje",
        "Razveljavitev sklepa o izboru",
        "Delni preklic javnega razpisa",
        "Umik vlog in sprememba prijavitelja",
        "Možnost preklica vloge",
        "Javni razpis za umik starih vozil",
        "Zaključeno",
        "",
    ],
)
def test_words_that_revoke_something_else(heading: str) -> None:
    assert withdrawn_by(heading) is None
