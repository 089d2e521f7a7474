"""What a backward plan rests on, and what it says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal
from zoneinfo import ZoneInfo

from contracts.values import LocalText, Value
from services.funding.parameters import Parameter
from services.funding.planning.council import CouncilCalendar
from services.funding.planning.days import Day
from services.funding.planning.parameters import OnDay
from services.funding.planning.project import Project

Verdict = Literal["on_time", "tight", "too_late", "unknown"]
StepState = Literal["open", "begun", "done", "overtaken"]


@dataclass(frozen=True, slots=True)
class Procedure:
    """What all plans of the municipality share: every parameter by code, and when its council meets."""

    parameters: Mapping[str, Parameter]
    council: CouncilCalendar


@dataclass(frozen=True, slots=True)
class Situation:
    """Everything a plan rests on. `begun` and `done` say on which day a step was."""

    deadline: datetime | None
    project: Project
    parameters: OnDay
    council: CouncilCalendar
    zone: ZoneInfo
    begun: Mapping[str, date] = field(default_factory=dict)
    done: Mapping[str, date] = field(default_factory=dict)


class PlannedStep(Value):
    """One step of a plan. `slack`: working days left before it must begin, negative once that day is past.

    For a step that was begun, slack is what is left at its end. Days are None where they cannot be computed, and
    `note` says why. `needed` is None where nobody can say. Overtaken: whatever needed it is done already.
    """

    code: str
    title: LocalText
    role: str
    requires: list[str]
    needed: bool | None = True
    state: StepState = "open"
    duration: int | None = None
    unit: str | None = None
    latest_start: Day | None = None
    latest_finish: Day | None = None
    slack: int | None = None
    estimated: bool = False
    note: LocalText | None = None

    @property
    def pending(self) -> bool:
        return self.state in {"open", "begun"}


class Plan(Value):
    """A backward plan as it stands on `today`. `margin`: the slack of the step that blocks, in working days."""

    today: Day
    last_day: Day | None
    verdict: Verdict
    words: LocalText
    blocking: str | None = None
    margin: int | None = None
    unknowns: list[LocalText] = []
    steps: list[PlannedStep] = []
