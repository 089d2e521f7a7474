from __future__ import annotations

import re

import pytest

from kit.store.letters import holding


@pytest.mark.parametrize(
    ("typed", "stored", "found"),
    [
        ("zan", "Žan Čuk", True),
        ("Žan", "Zan Cuk", True),
        ("ČUK", "Žan Čuk", True),
        ("đur", "Djuro", False),
        ("dur", "Đuro", True),
        ("a.b", "a.b@idrija.example", True),
        ("a.b", "axb@idrija.example", False),
        ("", "anybody", True),
    ],
)
def test_marks_and_case_do_not_hide_a_name(typed: str, stored: str, found: bool) -> None:
    query = holding(typed)
    assert query["$options"] == "i"
    assert bool(re.search(query["$regex"], stored, re.IGNORECASE)) is found
