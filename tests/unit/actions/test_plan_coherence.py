"""The parts of a plan must fit each other; what does not is named with its place."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from services.actions.connections import resolve
from services.actions.defects import PlanDefects
from services.actions.plan_file import read_plan


@pytest.mark.parametrize(
    ("old", "new", "after", "path", "message"),
    [
        ("number: 1.1.2\n", "number: 1.1.1\n", "", "actions[0].activities[1].number", "already taken"),
        ("number: 2.1.4\n", "number: 3.1.9\n", "", "actions[1].activities[3].number", "number it 2.1.n"),
        ("number: R2\n", "number: R1\n", "", "risks[1].number", "already taken"),
        ("area: 1\n", "area: 9\n", "", "actions[0].area", "choose one of 1, 2, 3, 4"),
        ("objective: 1\n", "objective: 9\n", "", "actions[0].objective", "no objective 9"),
        ("objective: 1\n", "objective: 9\n", "indicators:", "indicators[0].objective", "no objective 9"),
        ("action: 1.1,", "action: 9.1,", "timetable:", "timetable[0].action", "no action 9.1"),
        ("action: 1.1\n", "action: 9.1\n", "funding_plan:", "funding_plan.actions[0].action", "no action 9.1"),
        ("action: 2.1\n", "action: 1.1\n", "funding_plan:", "funding_plan.actions[1].number", "already taken"),
        ("connected: Action 3 and 4", "connected: Action 3 and 7", "", "actions[0].activities[2].connected", "'7'"),
        ("connected: Action 3 and 4", "connected: see above", "", "actions[0].activities[2].connected", "see above"),
        ("comes_with: 4.1", "comes_with: 9.1", "", "planned_bodies[1].comes_with", "no action 9.1"),
        ("name: Creative Centre Management", "name: Centre", "", "planned_bodies[1].name", "spell it as"),
        ("currency: EUR", "currency: CHF", "    activities:", "actions[0].activities[0].cost.currency", "in EUR"),
    ],
)
def test_a_reference_that_leads_nowhere_is_named(
    changed: Callable[..., str], old: str, new: str, after: str, path: str, message: str
) -> None:
    with pytest.raises(PlanDefects) as refused:
        read_plan(changed(old, new, after=after), "plan.yaml")
    [defect] = refused.value.defects
    assert defect.path == path
    assert defect.line is not None
    assert message in defect.message


@pytest.mark.parametrize(
    ("phrase", "actions", "activities", "unknown"),
    [
        ("All actions", ("1.1", "1.2", "3.1"), (), ()),
        ("Action 1", ("1.1", "1.2"), (), ()),
        ("Actions 3.", ("3.1",), (), ()),
        ("Action 3, 3 and 1.2", ("3.1", "1.2"), (), ()),
        ("Activities 1.1.1 & 1.1.2", (), ("1.1.1",), ("1.1.2",)),
        ("Action 8", (), (), ("8",)),
        ("none", (), (), ("none",)),
    ],
)
def test_short_references_are_resolved(
    phrase: str, actions: tuple[str, ...], activities: tuple[str, ...], unknown: tuple[str, ...]
) -> None:
    found = resolve(phrase, ["1.1", "1.2", "3.1"], ["1.1.1"])
    assert (found.phrase, found.actions, found.activities, found.unknown) == (phrase, actions, activities, unknown)
