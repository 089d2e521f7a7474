"""An integrated action plan: areas and objectives, actions and activities, and how they are carried out."""

from __future__ import annotations

import hashlib
import json
from typing import Annotated, Self

from pydantic import Field, StringConstraints, model_validator

from contracts.values import Money, Timing
from services.actions.activity import Activity, Territory, Titled
from services.actions.framework import FundingPlan, GovernanceLevel, Indicator, Risk, RiskMatrix, TimetableRow
from services.actions.stated import Part, StatedDate, StatedMoney, StatedTiming, Statement, Text
from services.actions.themes import Theme
from services.actions.totals import total_of

__all__ = ["Action", "Activity", "Area", "Objective", "Plan", "Theme"]

Slug = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]
ActionNumber = Annotated[str, StringConstraints(pattern=r"^\d+\.\d+$")]


class Municipality(Part):
    """Whose plan it is; `territory` holds for every activity that names no other."""

    slug: Slug
    name: Text
    name_sl: Text
    territory: Territory


class Period(Part):
    """The years a plan covers."""

    start: StatedDate
    end: StatedDate

    @model_validator(mode="after")
    def _ends_after_start(self) -> Self:
        if self.end.last_day() < self.start.first_day():
            raise ValueError(f"it ends ({self.end.value}) before it starts ({self.start.value}); swap or correct them")
        return self


class Area(Titled):
    """An area of intervention."""

    number: Text


class Objective(Titled):
    """A strategic objective: what it aims at and what it should change."""

    number: Text
    aim: Text
    impacts: list[Text] = Field(min_length=1)


class Stakeholders(Part):
    """One line of an action's stakeholders: an organisation with its units, or a group with its members."""

    group: Text
    members: list[Text] = []


class PlannedBody(Part):
    """A body the plan gives tasks to although it is yet to be set up, with the action it comes with."""

    name: Text
    comes_with: ActionNumber


class Action(Titled):
    """One action with every row of its table."""

    number: ActionNumber
    area: Text
    objective: Text
    owner: Text
    description: Text
    stakeholders: list[Stakeholders] = Field(min_length=1)
    summary: Text
    risks: list[Text] = []
    barriers: list[Text] = []
    outputs: list[Statement] = Field(min_length=1)
    outcomes: list[Statement] = []
    strategies: list[Text] = []
    readiness: list[StatedTiming] = []
    budget: StatedMoney | None = None
    budget_covers: list[Text] = []
    financing: list[Text] = []
    other: Text | None = None
    timescale: list[StatedTiming] = Field(min_length=1)
    activities: list[Activity] = Field(min_length=1)

    @property
    def timing(self) -> Timing:
        """The timescale as one: its last word says what kind of promise it is; all its phrases are kept."""
        last = self.timescale[-1]
        phrase = "; ".join(term.phrase for term in self.timescale)
        start = next((term.start for term in self.timescale if term.start), None)
        return Timing(kind=last.kind, start=start, due=last.due, phrase=phrase)


class Plan(Titled):
    """A whole plan. `slug` names it for good; every id of its parts starts with it."""

    slug: Slug
    municipality: Municipality
    source: Text
    dated: StatedDate
    period: Period
    vision: Text
    vision_sl: Text
    areas: list[Area] = Field(min_length=1)
    objectives: list[Objective] = Field(min_length=1)
    actions: list[Action] = Field(min_length=1)
    planned_bodies: list[PlannedBody] = []
    governance: list[GovernanceLevel] = []
    funding_plan: FundingPlan | None = None
    # Left out where it is the usual one: a version that does not know it reads such a plan still.
    risk_matrix: RiskMatrix = Field(default=RiskMatrix(), exclude_if=lambda matrix: matrix == RiskMatrix())
    risks: list[Risk] = []
    indicators: list[Indicator] = []
    timetable: list[TimetableRow] = []

    @property
    def activities(self) -> list[Activity]:
        return [activity for action in self.actions for activity in action.activities]


def activity_id(plan: Plan, number: str) -> str:
    """The id an activity keeps through every version of its plan: 'idrija-iap-2025:1.1.1'."""
    return f"{plan.slug}:{number}"


def territory_of(plan: Plan, activity: Activity) -> str:
    """Where an activity takes place: its own territory, else the municipality's."""
    return activity.territory or plan.municipality.territory


def counts(plan: Plan) -> dict[str, int]:
    """How many of each kind of part the plan has."""
    kinds = ("areas", "objectives", "actions", "activities", "risks", "indicators")
    return {kind: len(getattr(plan, kind)) for kind in kinds}


def estimated_by_action(plan: Plan) -> dict[str, Money | None]:
    """Action number -> the budget the plan states for it; None when it states none."""
    return {action.number: action.budget for action in plan.actions}


def estimated_total(plan: Plan) -> Money | None:
    """Sum of the stated action budgets; None when no action states one."""
    return total_of(estimated_by_action(plan).values())


def costed_by_action(plan: Plan) -> dict[str, Money | None]:
    """Action number -> sum of the costs its activities state; None when none of them states one."""
    return {action.number: total_of(a.cost for a in action.activities) for action in plan.actions}


def costed_total(plan: Plan) -> Money | None:
    """Sum of all stated activity costs; None when no activity states one."""
    return total_of(costed_by_action(plan).values())


def uncosted(action: Action) -> list[str]:
    """Numbers of the activities the plan gives no cost for."""
    return [activity.number for activity in action.activities if activity.cost is None]


def checksum(plan: Plan) -> str:
    """SHA-256 (hex) of what the plan says, as canonical JSON: sorted keys, no spaces, defaults left out.

    Comments, key order and layout of the file do not change it; nor does a new optional field of this model.
    """
    said = plan.model_dump(mode="json", exclude_defaults=True)
    canonical = json.dumps(said, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(canonical.encode()).hexdigest()
