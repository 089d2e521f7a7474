"""Going back from the deadline: the latest days of every step.

Each step must be finished before whatever needs it begins. Going back from the last day gives its latest finish and,
with its duration, its latest start; a decision of the council falls on the last meeting that is early enough.
"""

from __future__ import annotations

from collections.abc import Set
from datetime import date, timedelta

from contracts.values import LocalText
from services.funding.parameter_kinds import KINDS
from services.funding.planning import days, notes
from services.funding.planning.council import Sitting
from services.funding.planning.plan import PlannedStep, Situation
from services.funding.planning.steps import FOLLOWERS, STEPS, Step

_DAY = timedelta(days=1)


def planned_back(situation: Situation, included: Set[str], last_day: date, today: date) -> dict[str, PlannedStep]:
    """The steps of `included` by code, planned back from `last_day`, in the order of the procedure."""
    planned: dict[str, PlannedStep] = {}
    for step in reversed(STEPS):
        if step.code in included:
            planned[step.code] = _planned(step, situation, planned, last_day, today)
    return dict(reversed(planned.items()))


def _planned(
    step: Step, situation: Situation, later: dict[str, PlannedStep], last_day: date, today: date
) -> PlannedStep:
    requires = list(step.requires)
    blank = PlannedStep(code=step.code, title=step.title, role=step.role, requires=requires)
    if step.code in situation.done:
        return blank.model_copy(update={"state": "done", "latest_finish": situation.done[step.code]})
    followers = [later[code] for code in FOLLOWERS[step.code] if code in later]
    waiting = [follower for follower in followers if follower.pending]
    if followers and not waiting:
        return blank.model_copy(update={"state": "overtaken"})
    unclear = next((follower for follower in waiting if follower.latest_start is None), None)
    if unclear is not None:
        return blank.model_copy(update={"note": notes.waits_for(unclear.title)})
    starts = [follower.latest_start for follower in waiting if follower.latest_start is not None]
    bound = min(starts) - _DAY if starts else last_day
    if step.sitting:
        return _on_a_sitting(blank, situation, bound, today)
    return _taking_time(blank, step, situation, bound, today)


def _on_a_sitting(blank: PlannedStep, situation: Situation, bound: date, today: date) -> PlannedStep:
    council = situation.council
    sitting = council.last_by(bound)
    foreseen = council.habit is not None or council.knows(bound)
    if sitting is None or (sitting.on < today and not foreseen):
        return blank.model_copy(update={"latest_finish": bound, "note": notes.no_meeting_known(today, bound)})
    return blank.model_copy(
        update={
            "latest_start": sitting.on,
            "latest_finish": sitting.on,
            "slack": _slack(sitting.on, today),
            "estimated": sitting.estimated,
            "note": _meeting_note(sitting, situation, bound, today),
        }
    )


def _meeting_note(sitting: Sitting, situation: Situation, bound: date, today: date) -> LocalText | None:
    council = situation.council
    if sitting.on < today:
        return notes.no_meeting_left(sitting.on, bound, council.next_after(bound))
    return notes.estimated(council.habit) if sitting.estimated and council.habit else None


def _taking_time(blank: PlannedStep, step: Step, situation: Situation, bound: date, today: date) -> PlannedStep:
    days_needed, unit = situation.parameters.number(step.duration), KINDS[step.duration].unit
    if days_needed is None:
        note = notes.no_duration(step.title, situation.parameters.day)
        return blank.model_copy(update={"latest_finish": bound, "note": note})
    length, in_working_days = int(days_needed), unit == "working_days"
    finish = days.on_or_before(bound) if in_working_days else bound
    start = days.start_for(finish, length) if in_working_days else days.on_or_before(finish - (length - 1) * _DAY)
    dated = {"duration": length, "unit": unit, "latest_start": start, "latest_finish": finish}
    begun = situation.begun.get(step.code)
    if begun is None:
        return blank.model_copy(update={**dated, "slack": _slack(start, today)})
    end = days.finish_after(begun, length) if in_working_days else begun + (length - 1) * _DAY
    slack = days.working_days_between(max(end, days.on_or_after(today)), finish)
    return blank.model_copy(update={**dated, "state": "begun", "slack": slack})


def _slack(latest_start: date, today: date) -> int:
    return days.working_days_between(days.on_or_after(today), latest_start)
