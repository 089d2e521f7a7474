"""The verdict on a backward plan: on time, tight, too late already, or not to be said; and the step that blocks.

A plan made backwards can be kept exactly when no unfinished step should have begun before today. So the smallest
slack decides.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from contracts.values import LocalText
from services.funding.planning import days, notes
from services.funding.planning.backward import planned_back
from services.funding.planning.parameters import NAMES, OnDay
from services.funding.planning.plan import Plan, PlannedStep, Situation, Verdict
from services.funding.planning.project import needs_of
from services.funding.planning.steps import BY_CODE, STEPS


def plan(situation: Situation, today: date) -> Plan:
    """The plan as it stands on `today`.

    Steps that may be needed, but nobody has said so, are planned as if they were; they do not press on those that
    are needed for certain. If one of them should have begun before today, nobody can say whether there is time.
    """
    needs = needs_of(situation.project, situation.parameters)
    if situation.deadline is None:
        words = notes.no_deadline()
        return Plan(today=today, last_day=None, verdict="unknown", words=words, unknowns=[words, *needs.unknowns])
    last_day = days.last_day_before(situation.deadline, situation.zone)
    certain = {step.code for step in STEPS if needs.by_condition[step.when]}
    possible = {step.code for step in STEPS if needs.by_condition[step.when] is not False}
    sure = planned_back(situation, certain, last_day, today)
    steps = [
        sure.get(code) or step.model_copy(update={"needed": None})
        for code, step in planned_back(situation, possible, last_day, today).items()
    ]
    decisive = [*_missing(steps), *_conditional(steps)]
    unknowns = [*decisive, *needs.unknowns, *_estimates(steps), *_unconfirmed(situation, steps)]
    verdict, words, blocking = _judged([*sure.values()], situation.parameters, decisive)
    return Plan(
        today=today,
        last_day=last_day,
        verdict=verdict,
        words=words,
        blocking=blocking.code if blocking else None,
        margin=blocking.slack if blocking else None,
        unknowns=unknowns,
        steps=steps,
    )


def _judged(
    certain: list[PlannedStep], parameters: OnDay, unknowns: list[LocalText]
) -> tuple[Verdict, LocalText, PlannedStep | None]:
    pending = [step for step in certain if step.pending]
    if not pending:
        return "on_time", notes.nothing_left(), None
    bound = [step for step in pending if step.slack is not None]
    blocking = min(bound, key=lambda step: step.slack or 0, default=None)
    margin = parameters.number("tight_margin_days")
    if blocking is not None and (blocking.slack or 0) < 0:
        return "too_late", _words(blocking), blocking
    if unknowns or blocking is None or margin is None:
        first = unknowns[0] if unknowns else notes.no_duration(NAMES["tight_margin_days"], parameters.day)
        return "unknown", notes.not_computable(first), blocking
    tight = (blocking.slack or 0) < margin
    return ("tight" if tight else "on_time"), _words(blocking, tight=tight), blocking


def _words(step: PlannedStep, *, tight: bool = False) -> LocalText:
    slack, start, finish = step.slack or 0, step.latest_start, step.latest_finish
    if start is None or finish is None:
        raise ValueError(f"the step {step.code} has a slack but no days")
    if step.state == "begun":
        late = notes.overdue(step.title, finish, -slack)
        return late if slack < 0 else notes.under_way(step.title, finish, slack, tight=tight)
    if slack < 0:
        return notes.too_late(step.title, start, -slack)
    return notes.in_time(step.title, start, slack, tight=tight)


def _missing(steps: Iterable[PlannedStep]) -> Iterable[LocalText]:
    """Why days of needed steps cannot be computed, each reason once and the root of it alone."""
    roots = (step for step in steps if step.needed and step.pending and step.latest_start is None)
    return dict.fromkeys(step.note for step in roots if step.note and step.latest_finish is not None)


def _conditional(steps: Iterable[PlannedStep]) -> Iterable[LocalText]:
    for step in steps:
        if step.needed is None and step.slack is not None and step.slack < 0 and step.latest_start is not None:
            yield notes.if_needed(step.title, step.latest_start)


def _estimates(steps: Iterable[PlannedStep]) -> Iterable[LocalText]:
    return (step.note for step in steps if step.estimated and step.note)


def _unconfirmed(situation: Situation, steps: Iterable[PlannedStep]) -> Iterable[LocalText]:
    used = (BY_CODE[step.code].duration for step in steps if step.pending and step.duration is not None)
    values = ((code, situation.parameters.value(code)) for code in used)
    names = [NAMES[code] for code, value in values if value is not None and not value.confirmed]
    return [notes.unconfirmed(names)] if names else []
