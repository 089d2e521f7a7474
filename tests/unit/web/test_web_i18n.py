"""Slovenian first, English equal, and a missing translation is seen."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from markupsafe import Markup

from kit.web.i18n import Catalogues, Message, language_of
from kit.web.messages import messages_in, untranslated
from kit.web.render import OWN_CATALOGUE, OWN_TEMPLATES, service_catalogues

KIT, SERVICES = (Path(__file__).parents[3] / name for name in ("kit", "services"))
HEADER = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\n"\n\n'
DAYS = (
    'msgid "one day"\nmsgid_plural "%(n)s days"\n'
    'msgstr[0] "%(n)s dan"\nmsgstr[1] "%(n)s dneva"\nmsgstr[2] "%(n)s dnevi"\nmsgstr[3] "%(n)s dni"\n'
)


def catalogue(folder: Path, text: str) -> Path:
    folder.mkdir(exist_ok=True)
    path = folder / "sl.po"
    path.write_text(HEADER + text, encoding="utf-8")
    return path


def test_a_message_without_translation_is_english_and_counted(tmp_path: Path) -> None:
    words = Catalogues(catalogue(tmp_path, 'msgid "Call"\nmsgstr "Razpis"\n'))
    assert words.translate("sl", "Call") == "Razpis"
    assert words.translate("en", "Call") == "Call"
    assert words.translate("sl", "%(n)s offices", n=3) == "3 offices"
    assert words.missing == {("sl", "%(n)s offices"): 1}


@pytest.mark.parametrize(
    ("n", "slovenian"),
    [(1, "1 dan"), (2, "2 dneva"), (3, "3 dnevi"), (4, "4 dnevi"), (5, "5 dni"), (0, "0 dni"), (101, "101 dan")],
)
def test_slovenian_has_four_plural_forms(tmp_path: Path, n: int, slovenian: str) -> None:
    words = Catalogues(catalogue(tmp_path, DAYS))
    assert words.ntranslate("sl", "one day", "%(n)s days", n) == slovenian


def test_english_plurals_need_no_catalogue() -> None:
    words = Catalogues()
    assert [words.ntranslate("en", "one day", "%(n)s days", n) for n in (0, 1, 2)] == ["0 days", "one day", "2 days"]


def test_one_word_may_mean_two_things(tmp_path: Path) -> None:
    words = Catalogues(catalogue(tmp_path, 'msgctxt "call"\nmsgid "open"\nmsgstr "odprt"\n'))
    assert words.translate("sl", "open", context="call") == "odprt"
    assert words.translate("sl", "open") == "open"


def test_a_fuzzy_translation_is_not_shown(tmp_path: Path) -> None:
    words = Catalogues(catalogue(tmp_path, '#, fuzzy\nmsgid "Call"\nmsgstr "Klic"\n'))
    assert words.translate("sl", "Call") == "Call"


def test_the_frame_wins_over_a_service_and_the_conflict_is_listed(tmp_path: Path) -> None:
    first = catalogue(tmp_path / "a", 'msgid "Call"\nmsgstr "Razpis"\n')
    second = catalogue(tmp_path / "b", 'msgid "Call"\nmsgstr "Klic"\n')
    words = Catalogues(first, second)
    assert words.translate("sl", "Call") == "Razpis"
    assert [(conflict.message, conflict.ignored, conflict.ignored_in) for conflict in words.conflicts] == [
        ("Call", "Klic", second)
    ]


def test_a_catalogue_in_no_language_of_ours_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="named after its language"):
        Catalogues(tmp_path / "words.po")


def test_values_in_a_translation_are_escaped_beside_markup() -> None:
    words = Catalogues()
    text = words.translate("en", "%(who)s & %(link)s", who="<b>", link=Markup("<a>x</a>"))
    assert text == "&lt;b&gt; &amp; <a>x</a>"


@pytest.mark.parametrize(
    ("query", "headers", "language"),
    [
        ("", {}, "sl"),
        ("", {"Accept-Language": "en-GB,en;q=0.9"}, "en"),
        ("", {"Accept-Language": "de, en;q=0.5, sl;q=0.8"}, "sl"),
        ("", {"Accept-Language": "en;q=0, de"}, "sl"),
        ("", {"Accept-Language": "en;q=much, ,;"}, "sl"),
        ("", {"Accept-Language": "sl", "Cookie": "cinnabar_language=en"}, "en"),
        ("lang=sl", {"Cookie": "cinnabar_language=en"}, "sl"),
        ("lang=xx", {"Cookie": "cinnabar_language=xx"}, "sl"),
    ],
)
def test_the_language_of_a_request(a_request: Any, query: str, headers: dict[str, str], language: str) -> None:
    assert language_of(a_request(query=query, headers=headers)) == language


def test_messages_are_found_in_templates() -> None:
    source = '{{ _("a %(n)s", n=1) }}{{ ngettext("one", "many", n) }}{{ pgettext("where", "b") }}{{ _(variable) }}'
    assert list(messages_in(source)) == [
        Message("a %(n)s"),
        Message("one", plural="many"),
        Message("b", context="where"),
    ]


def test_every_message_of_the_frame_and_the_services_is_translated() -> None:
    page_folders = sorted([*SERVICES.glob("*/pages"), *KIT.glob("*/pages")])
    templates = [path for folder in (OWN_TEMPLATES, *page_folders) for path in sorted(folder.rglob("*.html"))]
    words = Catalogues(OWN_CATALOGUE, *service_catalogues(page_folders))
    assert untranslated(templates, words, "sl") == {}
    assert words.conflicts == []
