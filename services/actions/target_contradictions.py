"""Where indicator targets do not fit the actions that should reach them, or yearly and one-off counts are mixed."""

from __future__ import annotations

import re
from collections.abc import Iterator

from services.actions.finding import Contradiction, contradiction
from services.actions.framework import Cell, Indicator
from services.actions.plan import Action, Activity, Plan
from services.actions.stated import Statement

_YEARLY = re.compile(r"\b(annual|annually|yearly|every year)\b", re.IGNORECASE)


def target_contradictions(plan: Plan) -> Iterator[Contradiction]:
    """Targets due before their actions can deliver, blank targets, and outputs that are yearly in one place only."""
    for indicator in plan.indicators:
        actions = [action for action in plan.actions if action.objective == indicator.objective]
        for target in indicator.targets:
            if target.statements:
                yield from _before_action(indicator, target, actions)
                yield from _before_activities(indicator, target, actions)
        yield from _blank(indicator)
    for action in plan.actions:
        yield from _yearly_in_action_only(action)
        yield from _yearly_in_title_only(action)


def _before_action(indicator: Indicator, target: Cell, actions: list[Action]) -> Iterator[Contradiction]:
    for action in actions:
        for term in action.timescale:
            if term.not_before and target.date.last_day() < term.not_before.first_day():
                name, year = f"SO{indicator.objective}", target.date.value
                said = "; ".join(statement.phrase for statement in target.statements)
                yield contradiction(
                    "target_before_action",
                    [name, action.number],
                    sl=f"{name}: cilj za {year} je »{said}«, ukrep {action.number} pa pravi »{term.phrase}«.",
                    en=f"{name}: the target for {year} is “{said}”, but action {action.number} says “{term.phrase}”.",
                    evidence=[*(statement.phrase for statement in target.statements), term.phrase],
                )


def _before_activities(indicator: Indicator, target: Cell, actions: list[Action]) -> Iterator[Contradiction]:
    activities = [activity for action in actions for activity in action.activities]
    if not activities or not all(_ends_after(activity, target) for activity in activities):
        return
    name, year = f"SO{indicator.objective}", target.date.value
    said = "; ".join(statement.phrase for statement in target.statements)
    dates = ", ".join(f"{activity.number} ({activity.timing.phrase})" for activity in activities)
    yield contradiction(
        "target_before_activities",
        [name, *(activity.number for activity in activities)],
        sl=f"{name}: cilj za {year} je »{said}«, vse aktivnosti pa imajo poznejši rok: {dates}.",
        en=f"{name}: the target for {year} is “{said}”, but every activity is due later: {dates}.",
        evidence=[*(s.phrase for s in target.statements), *(f"{a.number}: {a.timing.phrase}" for a in activities)],
    )


def _ends_after(activity: Activity, target: Cell) -> bool:
    dates = [phase.timing.due for phase in activity.phases] or [activity.timing.due or activity.timing.not_before]
    return all(date is not None and date.first_day() > target.date.last_day() for date in dates)


def _blank(indicator: Indicator) -> Iterator[Contradiction]:
    blank = [target.date.value for target in indicator.targets if target.blank]
    filled = [target.date.value for target in indicator.targets if not target.blank]
    if blank and filled:
        name = f"SO{indicator.objective}"
        yield contradiction(
            "target_blank",
            [name],
            sl=f"{name}: cilj za {', '.join(blank)} je prazen, za {', '.join(filled)} pa naveden; stolpca sta morda "
            "zamaknjena.",
            en=f"{name}: the target for {', '.join(blank)} is blank while {', '.join(filled)} has one; the columns may "
            "have shifted.",
            evidence=[target.date.phrase or target.date.value for target in indicator.targets],
        )


def _yearly_in_action_only(action: Action) -> Iterator[Contradiction]:
    for promised in action.outputs:
        for activity in action.activities:
            for output in activity.outputs:
                if promised.of and output.of and _kind(promised) == _kind(output) and promised.per != output.per:
                    yield contradiction(
                        "yearly_or_once",
                        [action.number, activity.number],
                        sl=f"Ukrep {action.number}: »{promised.phrase}«, aktivnost {activity.number} pa "
                        f"»{output.phrase}«: enkrat ali vsako leto?",
                        en=f"Action {action.number}: “{promised.phrase}”, but activity {activity.number}: "
                        f"“{output.phrase}”: once or every year?",
                        evidence=[promised.phrase, output.phrase],
                    )


def _yearly_in_title_only(action: Action) -> Iterator[Contradiction]:
    for activity in action.activities:
        if not _YEARLY.search(activity.title):
            continue
        for output in activity.outputs:
            if output.per == "plan" and output.of and _kind(output) in _words(activity.title):
                yield contradiction(
                    "yearly_or_once",
                    [activity.number],
                    sl=f"Aktivnost {activity.number}: naslov obljublja »{activity.title}«, rezultat pa je "
                    f"»{output.phrase}«: enkrat ali vsako leto?",
                    en=f"Activity {activity.number}: its title promises “{activity.title}”, its output is "
                    f"“{output.phrase}”: once or every year?",
                    evidence=[activity.title, output.phrase],
                )


def _kind(statement: Statement) -> str:
    return _words(statement.of or "")


def _words(text: str) -> str:
    return " ".join(word.removesuffix("s") for word in text.casefold().split())
