"""What the plan says in two ways is found from the plan itself, and is gone once the plan is mended."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from services.actions.contradictions import contradictions
from services.actions.finding import Contradiction
from services.actions.plan import Plan
from services.actions.plan_file import read_plan

Found = set[tuple[str, tuple[str, ...]]]


def keys(found: list[Contradiction]) -> Found:
    return {(each.code, tuple(each.about)) for each in found}


IDRIJA: Found = {
    ("activities_cost_less", ("1.1", "1.1.6")),
    ("activities_cost_more", ("3.1",)),
    ("activities_cost_less", ("4.1", "4.1.4")),
    ("totals_differ", ("plan",)),
    ("activities_after_action", ("1.1", "1.1.6")),
    ("activities_after_action", ("3.1", "3.1.3", "3.1.4")),
    ("goes_on_after_due", ("1.1",)),
    ("goes_on_after_due", ("3.1",)),
    ("phase_before_activity", ("2.1", "2.1.3")),
    ("yearly_with_one_date", ("3.1.2",)),
    ("yearly_with_one_date", ("3.1.3",)),
    ("firm_and_open_ended", ("4.1", "4.1.1", "4.1.2")),
    ("due_before_launch", ("4.1", "4.1.3", "4.1.4", "4.1.5", "4.1.6")),
    ("launch_before_activities", ("5.1",)),
    ("duration_is_a_year", ("1.1", "2.1", "3.1", "4.1", "5.1")),
    ("target_before_action", ("SO4", "4.1")),
    ("target_blank", ("SO4",)),
    ("target_blank", ("SO5",)),
    ("target_before_activities", ("SO5", "5.1.1", "5.1.2", "5.1.3", "5.1.4")),
    ("yearly_or_once", ("2.1", "2.1.3")),
    ("yearly_or_once", ("2.1.4",)),
    ("yearly_or_once", ("3.1", "3.1.3")),
    ("numbering_differs", ("2.1", "3.1", "4.1", "5.1")),
    ("rhythm_differs", ("7.1",)),
    ("rhythm_differs", ("7.3", "7.4")),
}


def test_every_known_contradiction_of_the_idrija_plan_is_found(idrija: Plan) -> None:
    found = contradictions(idrija)
    spellings = [each for each in found if each.code == "name_spellings"]
    assert keys(found) - keys(spellings) == IDRIJA
    assert [each.evidence for each in spellings] == [
        "Development Agency of Idrija and Cerklje | Development Agency of Idrija and Cerklno"
        " | Development Agency of Idrija and Cerkno"
    ]


def test_the_overrun_is_told_in_both_languages_with_its_evidence(idrija: Plan) -> None:
    [overrun] = [each for each in contradictions(idrija) if each.code == "activities_cost_more"]
    assert "EUR 34,000" in overrun.text.en
    assert "EUR 30,000" in overrun.text.en
    assert "34.000 EUR" in overrun.text.sl
    assert "30.000 EUR" in overrun.text.sl
    assert (
        overrun.evidence == "30.000 EUR | 3.1.1: EUR 2.000 | 3.1.2: EUR 5.000 | 3.1.3: EUR 15.000 | 3.1.4: EUR 12.000"
    )


def test_each_is_said_in_slovenian_and_english_on_evidence_of_the_plan(idrija: Plan) -> None:
    for each in contradictions(idrija):
        assert each.text.sl != each.text.en
        assert each.evidence


@pytest.mark.parametrize(
    ("gone", "old", "new", "after"),
    [
        (("activities_cost_more", ("3.1",)), "{amount: 12000.00, currency: EUR, phrase: EUR 12.000}",
         "{amount: 8000.00, phrase: EUR 8.000}", ""),
        (("activities_after_action", ("1.1", "1.1.6")), "{value: 2029}", "{value: 2028}", "number: 1.1.6"),
        (("phase_before_activity", ("2.1", "2.1.3")), "{value: 2028}", "{value: 2027}", "number: 2.1.3"),
        (("goes_on_after_due", ("1.1",)), 'kind: launch_then_ongoing, start: {value: 2028}', "kind: unknown", ""),
        (("yearly_with_one_date", ("3.1.2",)), "{value: 2026}", "{value: 2030}", "number: 3.1.2"),
        (("launch_before_activities", ("5.1",)), "{value: 2030}", "{value: 2026}", "number: 5.1.1"),
        (("target_before_action", ("SO4", "4.1")), "{value: 2031, ", "{value: 2027, ", "number: 4.1\n"),
        (("target_blank", ("SO4",)), "{date: {value: 2030, phrase: Target (2030)}}",
         "{date: {value: 2030, phrase: Target (2030)}, ongoing: true}", ""),
        (("target_before_activities", ("SO5", "5.1.1", "5.1.2", "5.1.3", "5.1.4")), "{value: 2030}", "{value: 2027}",
         "number: 5.1.1"),
        (("yearly_or_once", ("2.1", "2.1.3")), "of: workshops}", "of: workshops, per: year}", "number: 2.1.3"),
        (("yearly_or_once", ("2.1.4",)), "of: Makers Fair}", "of: Makers Fair, per: year}", "number: 2.1.4"),
        (("rhythm_differs", ("7.3", "7.4")), "times_a_year: 1, up_to: 2, phrase: once", "times_a_year: 2, phrase: once",
         ""),
        (("due_before_launch", ("4.1", "4.1.3", "4.1.4", "4.1.5", "4.1.6")), "not_before: {value: 2031, ",
         "not_before: {value: 2026, ", "number: 4.1\n"),
    ],
)  # fmt: skip
def test_a_mended_plan_no_longer_shows_it(
    changed: Callable[..., str], gone: tuple[str, tuple[str, ...]], old: str, new: str, after: str
) -> None:
    assert gone in IDRIJA
    assert gone not in keys(contradictions(read_plan(changed(old, new, after=after), "plan.yaml")))


@pytest.mark.parametrize(
    ("code", "about", "old", "new", "after"),
    [
        ("funding_plan_budget_differs", ("5.1",), "{amount: 55000.00, currency: EUR, phrase: EUR 55.000}",
         "{amount: 50000.00, phrase: EUR 50.000}", "funding_plan:"),
        ("due_before_start", ("1.1", "1.1.1"), "{value: 2028}", "{value: 2027}", "number: 1.1.1"),
        ("activities_cost_more", ("5.1",), "{amount: 5000.00, currency: EUR, phrase: EUR 5.000}",
         "{amount: 5000.50, phrase: a little more}", "number: 5.1.4"),
    ],
)  # fmt: skip
def test_a_new_contradiction_is_found(
    changed: Callable[..., str], code: str, about: tuple[str, ...], old: str, new: str, after: str
) -> None:
    found = contradictions(read_plan(changed(old, new, after=after), "plan.yaml"))
    assert (code, about) in keys(found)


def test_a_plan_without_costs_shows_no_money_contradiction(idrija: Plan) -> None:
    uncosted = [
        action.model_copy(update={"activities": [a.model_copy(update={"cost": None}) for a in action.activities]})
        for action in idrija.actions
    ]
    codes = {each.code for each in contradictions(idrija.model_copy(update={"actions": uncosted}))}
    assert not codes & {"activities_cost_more", "activities_cost_less", "totals_differ"}
