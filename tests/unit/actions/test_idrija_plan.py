"""The transcription of the Idrija plan, against the figures of the published plan."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest

from contracts.values import Money
from services.actions.connections import connections
from services.actions.plan import (
    Plan,
    activity_id,
    costed_by_action,
    costed_total,
    counts,
    estimated_by_action,
    estimated_total,
    territory_of,
    uncosted,
)
from services.actions.themes import THEME_NAMES, THEMES

KEY_FIGURES = {
    "1.1": ("1", "1", [20000, 2000, 1500, 10000, 25000, None], 58500, 60000, "2028"),
    "2.1": ("1", "2", [115000, 20000, 20000, 10000], 165000, 165000, "2027"),
    "3.1": ("2", "3", [2000, 5000, 15000, 12000], 34000, 30000, "2026"),
    "4.1": ("3", "4", [1000000, 3000, 10000, None, 5000, 40000], 1058000, 1100000, "2026"),
    "5.1": ("4", "5", [20000, 20000, 10000, 5000], 55000, 55000, "2026"),
}


def amount(money: Money | None) -> Decimal | None:
    return None if money is None else money.amount


def test_it_has_every_part_of_the_published_plan(idrija: Plan) -> None:
    assert counts(idrija) == {
        "areas": 4,
        "objectives": 5,
        "actions": 5,
        "activities": 24,
        "risks": 6,
        "indicators": 5,
    }


@pytest.mark.parametrize("number", KEY_FIGURES)
def test_an_action_has_the_key_figures(idrija: Plan, number: str) -> None:
    area, objective, costs, summed, budget, start = KEY_FIGURES[number]
    action = next(each for each in idrija.actions if each.number == number)
    row = next(each for each in idrija.timetable if each.action == number)
    assert (action.area, action.objective) == (area, objective)
    assert [amount(activity.cost) for activity in action.activities] == costs
    assert amount(costed_by_action(idrija)[number]) == summed
    assert amount(estimated_by_action(idrija)[number]) == budget
    assert (row.start.value, row.end.value) == (start, "2030")


def test_the_totals_are_those_of_budgets_and_of_activities(idrija: Plan) -> None:
    assert estimated_total(idrija) == Money(amount=Decimal("1410000.00"))
    assert costed_total(idrija) == Money(amount=Decimal("1370500.00"))


def test_what_has_no_cost_stays_unknown(idrija: Plan) -> None:
    assert [number for action in idrija.actions for number in uncosted(action)] == ["1.1.6", "4.1.4"]


def test_the_makerspace_equipment_comes_in_two_phases(idrija: Plan) -> None:
    equipment = next(each for each in idrija.activities if each.number == "2.1.1")
    assert [amount(phase.cost) for phase in equipment.phases] == [Decimal(15000), Decimal(100000)]
    assert [phase.timing.due and phase.timing.due.value for phase in equipment.phases] == ["2027", "2030"]


def test_due_years_are_those_of_the_plan(idrija: Plan) -> None:
    dues = Counter(activity.timing.due.value if activity.timing.due else None for activity in idrija.activities)
    assert dues == {"2026": 2, "2027": 3, "2028": 7, "2029": 1, "2030": 9, None: 2}
    open_ended = [each.number for each in idrija.activities if each.timing.kind == "open_ended"]
    assert open_ended == ["4.1.1", "4.1.2"]


def test_yearly_and_weekly_promises_are_told_from_one_off_counts(idrija: Plan) -> None:
    places = [(each.number, each.outputs) for each in idrija.actions]
    places += [(each.number, each.outputs) for each in idrija.activities]
    recurring = {
        (number, said.phrase): said.per for number, outputs in places for said in outputs if said.per != "plan"
    }
    assert Counter(recurring.values()) == {"year": 9, "week": 1}
    assert recurring["2.1", "4 workshops/year"] == "year"
    assert recurring["1.1.5", "Regular opening and operating – 5 working days/week"] == "week"


def test_bounds_and_ranges_are_kept(idrija: Plan) -> None:
    outputs = {each.number: each.outputs for each in idrija.activities}
    informed, reports = outputs["1.1.2"][1], outputs["5.1.4"][0]
    assert (informed.count, informed.at_least) == (1500, True)
    assert (reports.count, reports.up_to) == (1, 2)


def parsed_values(part: Any) -> Iterator[dict[str, Any]]:
    if isinstance(part, dict):
        if part.keys() & {"amount", "kind", "count", "times_a_year"} and "sources" not in part:
            yield part
        for inner in part.values():
            yield from parsed_values(inner)
    elif isinstance(part, list):
        for inner in part:
            yield from parsed_values(inner)


def test_every_parsed_value_keeps_its_phrase(idrija: Plan) -> None:
    document = idrija.model_dump(mode="json", exclude={"funding_plan": {"sources"}})
    values = list(parsed_values(document))
    assert len(values) > 150
    assert [value for value in values if not value.get("phrase")] == []


def test_short_references_lead_to_action_numbers(idrija: Plan) -> None:
    found = {each.number: connections(idrija, each) for each in idrija.activities}
    assert found["1.1.1"].actions == ("1.1", "2.1", "3.1", "4.1", "5.1")
    assert (found["1.1.3"].phrase, found["1.1.3"].actions) == ("Action 3 and 4", ("3.1", "4.1"))
    assert found["4.1.1"].actions == ("1.1",)


def test_risks_carry_category_and_level(idrija: Plan) -> None:
    register = [(risk.category, risk.level) for risk in idrija.risks]
    assert register == [
        ("operational", "medium"),
        ("legal", "high"),
        ("financial", "high"),
        ("staffing", "medium"),
        ("behavioural", "medium"),
        ("behavioural", "medium"),
    ]


def test_blank_and_ongoing_targets_differ(idrija: Plan) -> None:
    last = [row.targets[-1] for row in idrija.indicators]
    assert [cell.date.value for cell in last] == ["2030"] * 5
    assert [(cell.ongoing, cell.blank) for cell in last] == [(True, False)] * 3 + [(False, True)] * 2
    assert [len(row.baseline.statements) for row in idrija.indicators] == [2] * 5


def test_governance_has_three_levels_and_funding_five_source_classes(idrija: Plan) -> None:
    assert [level.level for level in idrija.governance] == ["strategic", "implementation", "participatory"]
    assert idrija.funding_plan is not None
    kinds = [source.kind for source in idrija.funding_plan.sources]
    assert kinds == ["municipal", "regional_national", "eu", "private", "public_private"]
    assert len(idrija.funding_plan.living_strategy.topics) == 5


def test_ids_and_territory_come_from_the_plan_unless_an_activity_says_otherwise(idrija: Plan) -> None:
    first = idrija.activities[0]
    elsewhere = first.model_copy(update={"territory": "SI-014"})
    assert activity_id(idrija, first.number) == "idrija-iap-2025:1.1.1"
    assert territory_of(idrija, first) == "SI-036"
    assert territory_of(idrija, elsewhere) == "SI-014"


def test_an_actions_timing_is_its_last_promise_with_all_phrases(idrija: Plan) -> None:
    timing = {action.number: action.timing for action in idrija.actions}
    assert (timing["1.1"].kind, timing["1.1"].due and timing["1.1"].due.value) == ("by", "2028")
    assert timing["2.1"].phrase is not None
    assert "1st phase by 2027" in timing["2.1"].phrase
    assert (timing["4.1"].kind, timing["4.1"].due) == ("open_ended", None)
    assert (timing["5.1"].kind, timing["5.1"].start and timing["5.1"].start.value) == ("launch_then_ongoing", "2026")


def test_every_theme_has_a_name_in_both_languages() -> None:
    assert set(THEMES) == set(THEME_NAMES)
    assert all(name.sl and name.en and name.sl != name.en for name in THEME_NAMES.values())
