"""A plan file is read whole, or refused with every defect, its place, its line and the mend."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from services.actions.defects import Defect, PlanDefects
from services.actions.plan_file import read_plan
from services.actions.yaml_text import MAX_BYTES

Changed = Callable[..., str]
FIRST = "actions[0].activities[0]"
COST = "cost: {amount: 20000.00, currency: EUR, phrase: EUR 20.000}"
TIMING = 'timing: {kind: by, due: {value: 2028}, phrase: "2028"}'


def defects_of(text: str) -> list[Defect]:
    with pytest.raises(PlanDefects) as refused:
        read_plan(text, "plan.yaml")
    return refused.value.defects


@pytest.mark.parametrize(
    ("old", "new", "path", "message"),
    [
        (COST, "cost: {amount: 20.000, phrase: EUR 20.000}", f"{FIRST}.cost.amount", "write 20000.00"),
        (COST, "cost: {amount: -1.00, phrase: -1}", f"{FIRST}.cost.amount", "below zero"),
        (COST, "cost: {amount: 2000.00, phrase: EUR 20.000}", f"{FIRST}.cost", "correct one of them"),
        (COST, "cost: {amount: 20000.00}", f"{FIRST}.cost.phrase", "is missing; add it"),
        (COST, "cost: {amount: 20000.00, curency: EUR, phrase: EUR 20.000}", f"{FIRST}.cost.curency", "'currency'"),
        (COST, "cost: {amount: 20000.00, currency: eur, phrase: a}", f"{FIRST}.cost.currency", "such as EUR"),
        (COST, "cots: {amount: 20000.00}", f"{FIRST}.cots", "did you mean 'cost'?"),
        (COST, "cost: twenty thousand", f"{FIRST}.cost", "needs fields below it"),
        (TIMING, 'timing: {kind: bye, phrase: "2028"}', f"{FIRST}.timing.kind", "choose one of 'by'"),
        (TIMING, "timing: {kind: by, phrase: soon}", f"{FIRST}.timing", "add due"),
        (TIMING, "timing: {kind: by, due: {value: 2028-13}, phrase: x}", f"{FIRST}.timing.due", "month 13"),
        (TIMING, "timing: {kind: by, due: {value: May 2028}, phrase: x}", f"{FIRST}.timing.due.value", "2028-05"),
        (
            TIMING,
            "timing: {kind: by, start: {value: 2029}, due: {value: 2028}, phrase: x}",
            f"{FIRST}.timing",
            "due (2028) before it starts (2029)",
        ),
        (
            TIMING,
            "timing: {kind: open_ended, due: {value: 2030}, phrase: 2030 or beyond}",
            f"{FIRST}.timing",
            "move it to not_before",
        ),
        (
            "- {phrase: Regular operation of the space}",
            "- {phrase: 5.000 people informed, count: 5.000, of: people}",
            f"{FIRST}.outputs[1].count",
            "write digits only",
        ),
        (
            "- {phrase: Regular operation of the space}",
            "- {phrase: 6 workshops, count: 5, of: workshops}",
            f"{FIRST}.outputs[1]",
            "does not name the count 5",
        ),
        (
            "- {phrase: Regular operation of the space}",
            "- {phrase: 6 workshops, count: 6}",
            f"{FIRST}.outputs[1]",
            "add of",
        ),
        (
            "themes: [coworking, entrepreneurship, building_renovation]",
            "themes: [coworkng]",
            f"{FIRST}.themes[0]",
            "choose one of",
        ),
        (
            "themes: [coworking, entrepreneurship, building_renovation]",
            "themes: []",
            f"{FIRST}.themes",
            "at least one entry",
        ),
        ("title_sl: Skupnostni delovni prostor", "title_sl:", f"{FIRST}.title_sl", "needs text"),
        ("number: 1.1.1\n", "number: 1.1\n", f"{FIRST}.number", "such as 1.1.1"),
    ],
)
def test_a_defect_is_named_with_its_path_line_and_mend(
    changed: Changed, idrija_text: str, old: str, new: str, path: str, message: str
) -> None:
    text = changed(old, new, after="    activities:")
    both = zip(idrija_text.splitlines(), text.splitlines(), strict=True)
    line = next(number for number, (before, after) in enumerate(both, 1) if before != after)
    [defect] = defects_of(text)
    assert (defect.path, defect.line) == (path, line)
    assert message in defect.message


def test_phases_must_add_up_to_the_activity(changed: Changed) -> None:
    [defect] = defects_of(changed("{amount: 15000.00, currency: EUR, phrase: EUR 15.000}", "{amount: 1.00, phrase: x}"))
    assert defect.path == "actions[1].activities[0]"
    assert "100001.00" in defect.message
    assert "115000.00" in defect.message


def test_all_defects_are_told_at_once_in_the_order_of_the_file(changed: Changed) -> None:
    text = (
        changed("amount: 60000.00", "amount: 60.000").replace("level: high", "level: awful").replace("aim:", "am:", 1)
    )
    defects = defects_of(text)
    assert [defect.path for defect in defects] == [
        "objectives[0].aim",
        "objectives[0].am",
        "actions[0].budget.amount",
        "risks[1].level",
        "risks[2].level",
    ]
    assert [defect.line for defect in defects] == sorted(defect.line or 0 for defect in defects)


def test_the_refusal_reads_file_line_path_message() -> None:
    with pytest.raises(PlanDefects) as refused:
        read_plan("slug: x\nslug: y\n", "town.yaml")
    assert str(refused.value) == "town.yaml:2:slug: is written twice, on lines 1 and 2; keep one"


@pytest.mark.parametrize(
    ("text", "path", "message"),
    [
        ("a: &x [1]\nb: *x\n", "b", "write the text out here"),
        ("a: !!python/object:os.system []\n", "a", "remove it and write the plain value"),
        ("slug: a\n---\nslug: b\n", "", "one document"),
        ("slug: [a\n", "", "not readable YAML"),
        ("slug: a\n\tb: c\n", "", "not readable YAML"),
        ("? [a]\n: b\n", "", "field name must be plain text"),
        ("[" * 5000, "", "levels"),
        ("- a\n", "", "holds no plan"),
        ("", "", "holds no plan"),
        ("# only a comment\n", "", "holds no plan"),
        ("slug: \x00\n", "", "not readable YAML"),
        ("slug: \ud800\n", "", "save it as UTF-8"),
        ("x" * (MAX_BYTES + 1), "", "split or shorten"),
    ],
)
def test_text_that_is_no_plan_is_refused(text: str, path: str, message: str) -> None:
    defects = defects_of(text)
    assert any(defect.path == path and message in defect.message for defect in defects)


def test_a_bomb_of_references_is_not_unfolded() -> None:
    lines = ["a0: &a0 [lol, lol]", *(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 12))]
    defects = defects_of("\n".join(lines))
    assert len(defects) == 9 * 11


def test_plain_words_keep_their_letters(changed: Changed) -> None:
    plan = read_plan(changed("number: R1\n", "number: no\n"), "plan.yaml")
    assert plan.risks[0].number == "no"
