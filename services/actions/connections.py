"""Short references between parts of a plan: 'All Actions', 'Action 3 and 4', 'Actions 1.', 'Activity 2.1.3'."""

from __future__ import annotations

import re
from dataclasses import dataclass

from services.actions.plan import Activity, Plan

_ALL = re.compile(r"all\s+actions\.?", re.IGNORECASE)
_LIST = re.compile(r"(actions?|activit(y|ies)|and|&|,|\.|\s|\d+(\.\d+){0,2})+", re.IGNORECASE)
_NUMBER = re.compile(r"\d+(?:\.\d+){0,2}")


@dataclass(frozen=True, slots=True)
class Connections:
    """What a phrase refers to. `unknown` holds the words or numbers that lead nowhere."""

    phrase: str
    actions: tuple[str, ...] = ()
    activities: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()


def connections(plan: Plan, activity: Activity) -> Connections:
    """The actions and activities an activity is connected with; empty when the plan names none."""
    if activity.connected is None:
        return Connections("")
    actions = [action.number for action in plan.actions]
    return resolve(activity.connected, actions, [each.number for each in plan.activities])


def resolve(phrase: str, actions: list[str], activities: list[str]) -> Connections:
    """Numbers named by a phrase. A short number means every action that starts with it: 3 means 3.1."""
    if _ALL.fullmatch(phrase.strip()):
        return Connections(phrase, actions=tuple(actions))
    if not _LIST.fullmatch(phrase) or not _NUMBER.search(phrase):
        return Connections(phrase, unknown=(phrase,))
    found_actions: list[str] = []
    found_activities: list[str] = []
    unknown: list[str] = []
    for number in _NUMBER.findall(phrase):
        if "." not in number and (meant := [each for each in actions if each.split(".")[0] == number]):
            found_actions += meant
        elif number in actions:
            found_actions.append(number)
        elif number in activities:
            found_activities.append(number)
        else:
            unknown.append(number)
    return Connections(phrase, _once(found_actions), _once(found_activities), _once(unknown))


def _once(numbers: list[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(numbers))
