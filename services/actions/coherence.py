"""Whether the parts of a plan fit each other: numbers are unique, references lead somewhere, one currency."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from services.actions.connections import connections
from services.actions.plan import Action, Plan
from services.actions.stated import StatedMoney

Place = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Breach:
    """One thing that does not fit, where it stands, and the mend."""

    place: Place
    message: str


def breaches(plan: Plan) -> list[Breach]:
    """Everything in a plan that refers to nothing or is said twice. Empty: the plan is coherent."""
    rules = (_numbers, _activity_numbers, _action_references, _framework_references, _connected, _bodies, _currencies)
    return [breach for rule in rules for breach in rule(plan)]


def _numbers(plan: Plan) -> Iterator[Breach]:
    yield from _twice(("areas",), [area.number for area in plan.areas])
    yield from _twice(("objectives",), [objective.number for objective in plan.objectives])
    yield from _twice(("actions",), [action.number for action in plan.actions])
    yield from _twice(("risks",), [risk.number for risk in plan.risks])


def _twice(place: Place, numbers: list[str]) -> Iterator[Breach]:
    for index, number in enumerate(numbers):
        if number in numbers[:index]:
            yield Breach((*place, index, "number"), f"number {number} is already taken; give this one its own number")


def _activity_numbers(plan: Plan) -> Iterator[Breach]:
    for index, action in enumerate(plan.actions):
        place: Place = ("actions", index, "activities")
        yield from _twice(place, [activity.number for activity in action.activities])
        for position, activity in enumerate(action.activities):
            if activity.number.rsplit(".", 1)[0] != action.number:
                yield Breach(
                    (*place, position, "number"),
                    f"activity {activity.number} stands under action {action.number}; "
                    f"number it {action.number}.n, or move it to its own action",
                )
            yield from _twice((*place, position, "phases"), [phase.number for phase in activity.phases])


def _action_references(plan: Plan) -> Iterator[Breach]:
    areas = [area.number for area in plan.areas]
    objectives = [objective.number for objective in plan.objectives]
    for index, action in enumerate(plan.actions):
        yield from _missing(("actions", index, "area"), "area", action.area, areas)
        yield from _missing(("actions", index, "objective"), "objective", action.objective, objectives)


def _framework_references(plan: Plan) -> Iterator[Breach]:
    actions = [action.number for action in plan.actions]
    objectives = [objective.number for objective in plan.objectives]
    for index, indicator in enumerate(plan.indicators):
        yield from _missing(("indicators", index, "objective"), "objective", indicator.objective, objectives)
    for index, row in enumerate(plan.timetable):
        yield from _missing(("timetable", index, "action"), "action", row.action, actions)
    yield from _twice(("timetable",), [row.action for row in plan.timetable])
    funded = plan.funding_plan.actions if plan.funding_plan else []
    for index, funding in enumerate(funded):
        yield from _missing(("funding_plan", "actions", index, "action"), "action", funding.action, actions)
    yield from _twice(("funding_plan", "actions"), [funding.action for funding in funded])


def _missing(place: Place, kind: str, number: str, numbers: list[str]) -> Iterator[Breach]:
    if number not in numbers:
        yield Breach(place, f"the plan has no {kind} {number}; choose one of {', '.join(numbers)}")


def _connected(plan: Plan) -> Iterator[Breach]:
    for index, action in enumerate(plan.actions):
        for position, activity in enumerate(action.activities):
            for unknown in connections(plan, activity).unknown:
                yield Breach(
                    ("actions", index, "activities", position, "connected"),
                    f"{unknown!r} leads to no action or activity of the plan; "
                    "write 'All Actions', or numbers such as 'Action 1 and 3'",
                )


def _bodies(plan: Plan) -> Iterator[Breach]:
    actions = [action.number for action in plan.actions]
    for index, body in enumerate(plan.planned_bodies):
        yield from _missing(("planned_bodies", index, "comes_with"), "action", body.comes_with, actions)
        if not any(body.name in activity.responsible for activity in plan.activities):
            yield Breach(
                ("planned_bodies", index, "name"),
                f"no activity names {body.name!r} as responsible; spell it as the activities do, or leave it out",
            )


def _currencies(plan: Plan) -> Iterator[Breach]:
    amounts = list(_amounts(plan))
    for place, money in amounts[1:]:
        first = amounts[0][1].currency
        if money.currency != first:
            yield Breach(
                (*place, "currency"), f"the plan's first amount is in {first}; give this one in {first} as well"
            )


def _amounts(plan: Plan) -> Iterator[tuple[Place, StatedMoney]]:
    for index, action in enumerate(plan.actions):
        if action.budget:
            yield ("actions", index, "budget"), action.budget
        yield from _activity_amounts(index, action)
    for index, funding in enumerate(plan.funding_plan.actions if plan.funding_plan else []):
        if funding.budget:
            yield ("funding_plan", "actions", index, "budget"), funding.budget


def _activity_amounts(index: int, action: Action) -> Iterable[tuple[Place, StatedMoney]]:
    for position, activity in enumerate(action.activities):
        place: Place = ("actions", index, "activities", position)
        if activity.cost:
            yield (*place, "cost"), activity.cost
        for step, phase in enumerate(activity.phases):
            if phase.cost:
                yield (*place, "phases", step, "cost"), phase.cost
