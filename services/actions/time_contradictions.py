"""Where an action's dates, its activities' dates, the funding plan and the timetable do not agree."""

from __future__ import annotations

import re
from collections.abc import Iterator

from contracts.values import PartialDate
from services.actions.finding import Contradiction, contradiction
from services.actions.plan import Action, Activity, Plan
from services.actions.stated import StatedTiming


def time_contradictions(plan: Plan) -> Iterator[Contradiction]:
    """Dates that cannot all hold, action by action, then the timetable."""
    for action in plan.actions:
        yield from _activities_after_action(action)
        yield from _phase_before_activity(action)
        yield from _goes_on_after_due(plan, action)
        yield from _launch_before_activities(action)
        yield from _firm_and_open(action)
        yield from _activities_before_launch(plan, action)
        yield from _yearly_with_one_date(plan, action)
    yield from _due_before_start(plan)
    yield from _duration_is_a_year(plan)


def _due(activity: Activity) -> PartialDate | None:
    return activity.timing.due if activity.timing.kind == "by" else None


def _dated(activities: list[Activity]) -> str:
    return ", ".join(f"{each.number} ({each.timing.phrase})" for each in activities)


def _phrases(action: Action, activities: list[Activity]) -> list[str]:
    return [*(term.phrase for term in action.timescale), *(f"{a.number}: {a.timing.phrase}" for a in activities)]


def _activities_after_action(action: Action) -> Iterator[Contradiction]:
    dues = [term.due.last_day() for term in action.timescale if term.kind == "by" and term.due]
    if not dues or len(dues) < len(action.timescale):
        return
    later = [a for a in action.activities if (due := _due(a)) and due.last_day() > max(dues)]
    if later:
        promise = action.timing.phrase
        yield contradiction(
            "activities_after_action",
            [action.number, *(activity.number for activity in later)],
            sl=f"Ukrep {action.number} ima rok »{promise}«, poznejši rok pa imajo: {_dated(later)}.",
            en=f"Action {action.number} is to be ready “{promise}”, but due later are {_dated(later)}.",
            evidence=_phrases(action, later),
        )


def _phase_before_activity(action: Action) -> Iterator[Contradiction]:
    for term in action.timescale:
        for concern in term.concerns:
            late = [a for a in action.activities if concern.casefold() in a.title.casefold() and _is_later(a, term)]
            if late:
                yield contradiction(
                    "phase_before_activity",
                    [action.number, *(activity.number for activity in late)],
                    sl=f"Ukrep {action.number}: »{term.phrase}« vključuje tudi {_dated(late)}, ki ima poznejši rok.",
                    en=f"Action {action.number}: “{term.phrase}” takes in {_dated(late)}, which is due later.",
                    evidence=[term.phrase, *(f"{a.number}: {a.timing.phrase}" for a in late)],
                )


def _is_later(activity: Activity, term: StatedTiming) -> bool:
    due = _due(activity)
    return due is not None and term.due is not None and due.last_day() > term.due.last_day()


def _goes_on_after_due(plan: Plan, action: Action) -> Iterator[Contradiction]:
    rows = plan.funding_plan.actions if plan.funding_plan else []
    for term in (term for row in rows if row.action == action.number for term in row.timing):
        if action.timing.kind == "by" and term.kind in {"launch_then_ongoing", "ongoing"}:
            yield contradiction(
                "goes_on_after_due",
                [action.number],
                sl=f"Ukrep {action.number} ima rok »{action.timing.phrase}«, finančni načrt pa pravi »{term.phrase}«.",
                en=f"Action {action.number} is due “{action.timing.phrase}”, the funding plan says “{term.phrase}”.",
                evidence=[*_phrases(action, []), term.phrase],
            )


def _launch_before_activities(action: Action) -> Iterator[Contradiction]:
    timing, dues = action.timing, [due for activity in action.activities if (due := _due(activity))]
    if timing.kind != "launch_then_ongoing" or timing.start is None or not dues:
        return
    first = min(dues, key=lambda due: due.last_day())
    if first.last_day() > timing.start.last_day():
        yield contradiction(
            "launch_before_activities",
            [action.number],
            sl=f"Ukrep {action.number} se začne leta {timing.start.value}, prva aktivnost pa ima rok {first.value}.",
            en=f"Action {action.number} launches in {timing.start.value}, but its first activity is due {first.value}.",
            evidence=_phrases(action, action.activities),
        )


def _firm_and_open(action: Action) -> Iterator[Contradiction]:
    firm = [term for term in action.readiness if term.kind == "by" and term.due]
    if not firm or firm[-1] is not action.readiness[-1]:
        return
    ready = firm[-1]
    open_terms = [term.phrase for term in action.timescale if term.kind == "open_ended"]
    open_activities = [activity for activity in action.activities if activity.timing.kind == "open_ended"]
    if open_terms or open_activities:
        said = "; ".join([*open_terms, *(f"{a.number}: {a.timing.phrase}" for a in open_activities)])
        yield contradiction(
            "firm_and_open_ended",
            [action.number, *(activity.number for activity in open_activities)],
            sl=f"Ukrep {action.number} obljublja »{ready.phrase}«, drugje pa je rok odprt: {said}.",
            en=f"Action {action.number} promises “{ready.phrase}”, but is open-ended elsewhere: {said}.",
            evidence=[ready.phrase, *open_terms, *(a.timing.phrase for a in open_activities)],
        )


def _activities_before_launch(plan: Plan, action: Action) -> Iterator[Contradiction]:
    bodies = {body.name for body in plan.planned_bodies if body.comes_with == action.number}
    for term in action.timescale:
        if term.not_before is None:
            continue
        launch = term.not_before.first_day()
        early = [
            activity
            for activity in action.activities
            if (due := _due(activity)) and due.last_day() < launch and bodies & set(activity.responsible)
        ]
        if early:
            names = ", ".join(sorted(bodies))
            yield contradiction(
                "due_before_launch",
                [action.number, *(activity.number for activity in early)],
                sl=f"»{term.phrase}«, že prej pa imajo rok {_dated(early)}; nosilec nastane šele z ukrepom: {names}.",
                en=f"“{term.phrase}”, yet {_dated(early)} are due before, by a body that only comes with it: {names}.",
                evidence=[term.phrase, *(f"{a.number}: {a.timing.phrase}" for a in early)],
            )


def _yearly_with_one_date(plan: Plan, action: Action) -> Iterator[Contradiction]:
    end = plan.period.end.last_day()
    for activity in action.activities:
        yearly = [output.phrase for output in activity.outputs if output.per == "year"]
        due = _due(activity)
        if yearly and due and due.last_day() < end:
            yield contradiction(
                "yearly_with_one_date",
                [activity.number],
                sl=f"Aktivnost {activity.number} ima rok {due.value}, obljublja pa vsako leto: {'; '.join(yearly)}.",
                en=f"Activity {activity.number} is due {due.value}, but promises every year: {'; '.join(yearly)}.",
                evidence=[activity.timing.phrase, *yearly],
            )


def _due_before_start(plan: Plan) -> Iterator[Contradiction]:
    actions = {action.number: action for action in plan.actions}
    for row in plan.timetable:
        first = row.start.first_day()
        early = [a for a in actions[row.action].activities if (due := _due(a)) and due.last_day() < first]
        if early:
            yield contradiction(
                "due_before_start",
                [row.action, *(activity.number for activity in early)],
                sl=f"Ukrep {row.action} se po časovnici začne {row.start.value}, prej pa imajo rok: {_dated(early)}.",
                en=f"The timetable starts action {row.action} in {row.start.value}; due before: {_dated(early)}.",
                evidence=[row.start.phrase or row.start.value, *(a.timing.phrase for a in early)],
            )


def _duration_is_a_year(plan: Plan) -> Iterator[Contradiction]:
    rows = [row for row in plan.timetable if re.search(r"duration|trajanje", row.end.phrase or "", re.IGNORECASE)]
    if rows:
        yield contradiction(
            "duration_is_a_year",
            [row.action for row in rows],
            sl="Časovnica navaja trajanje, v njem pa stoji leto zaključka.",
            en="The timetable speaks of a duration, but what stands there is an end year.",
            evidence=[row.end.phrase or row.end.value for row in rows],
        )
