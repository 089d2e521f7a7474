"""What is refused is said in the reader's language: found by its shape, and nothing is forgotten."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from kit.service import NAMES
from kit.web.i18n import Catalogues
from kit.web.refusals import CONTEXT, Refusals
from kit.web.render import OWN_CATALOGUE, service_catalogues

TOP = Path(__file__).parents[3]
FILLED_IN = "X-1"
# Refusals with a place for words in Slovenian of their own have a fourth argument.
WITHOUT_OWN_WORDS = {"Mistake": 3, "Refused.at": 3, "Contradicted.at": 3, "Problem.at": 3, "FieldError": 3}
WITHOUT_OWN_WORDS |= {"Refused": 3, "NotAnswered": 3}
# A field is no part of these: every argument is a sentence.
SENTENCES = {"NoSuchEvents", "NotUsable", "NotNow"}

# What an answer from outside is refused with: the reason and the mend.
OF_SOURCES = {"Malformed", "Unreachable"}


@pytest.fixture(scope="module")
def slovenian() -> Refusals:
    folders = sorted([*TOP.glob("services/*/pages"), *TOP.glob("kit/*/pages")])
    return Refusals("sl", Catalogues(OWN_CATALOGUE, *service_catalogues(folders)).within("sl", CONTEXT))


def sentence(written: ast.expr) -> str | None:
    """A literal as it may read at run time; None for what is put together elsewhere."""
    match written:
        case ast.Constant(value=str(text)):
            return text
        case ast.JoinedStr(values=parts):
            return "".join(str(part.value) if isinstance(part, ast.Constant) else FILLED_IN for part in parts)
    return None


def refusals_in(path: Path) -> Iterator[str]:
    for call in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if not isinstance(call, ast.Call):
            continue
        name = ast.unparse(call.func)
        if name == "Problem" and len(call.args) > 1:
            written = call.args[1:2]
        elif len(call.args) == WITHOUT_OWN_WORDS.get(name):
            written = call.args[1:3]
        elif name in SENTENCES:
            written = call.args
        elif name in OF_SOURCES and len(call.args) > 1:
            written = call.args[:2]
        else:
            continue
        yield from filter(None, map(sentence, written))


@pytest.mark.parametrize("folder", ["kit", *(f"services/{name}" for name in NAMES)])
def test_every_refusal_is_known_in_slovenian(folder: str, slovenian: Refusals) -> None:
    written = {each for path in sorted((TOP / folder).rglob("*.py")) for each in refusals_in(path)}
    assert written
    assert {each for each in written if each.strip(f"{FILLED_IN}:, ") and slovenian.retold(each) is None} == set()


def test_what_was_filled_in_comes_along() -> None:
    known = Refusals(
        "sl", {"there is no call %(id)s": "razpisa %(id)s ni", "%(n)s %% of %(all)s": "%(n)s %% od %(all)s"}
    )
    assert known.retold("there is no call call-17.") == "razpisa call-17 ni"
    assert known.retold("5 % of 100") == "5 % od 100"
    assert known.markup("there is no call <b>") == "Razpisa &lt;b&gt; ni."


def test_what_nobody_translated_is_marked_as_english() -> None:
    unknown = Refusals("sl", {"one": "ena"})
    assert unknown.markup("two <b>") == '<span lang="en">Two &lt;b&gt;.</span>'
    assert unknown.mistake("one", "two") == '<span lang="en">One: two.</span>'
    assert Refusals("en", {}).mistake("one", "two") == "One: two."


def test_a_reason_and_its_mend_are_told_one_after_the_other(slovenian: Refusals) -> None:
    told = slovenian.markup("sample.pdf is no PDF. Fetch the issue again")
    assert told == "Sample.pdf ni PDF. Prenesite številko še enkrat."
    assert slovenian.markup("the row names no call. Nobody knows why") == (
        '<span lang="en">The row names no call. Nobody knows why.</span>'
    )
