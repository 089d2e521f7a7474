"""What the actions service says: plans, the needs of their activities, and progress."""

from __future__ import annotations

from pydantic import AwareDatetime, Field

from contracts.registry import Event, event
from contracts.values import Code, Money, PartialDate, Timing, Value


class ActionSummary(Value):
    """One action of a plan, as other services show it."""

    number: str
    title: str
    title_sl: str | None = Field(default=None, description="The title in Slovenian, where there is one.")
    area: str
    objective: str
    activities: int
    budget: Money | None = None
    timing: Timing = Timing()


@event("plan.imported", 1, subject="plan_id", sent_when="A plan file was imported as a new version of a plan.")
class PlanImportedV1(Event):
    """A plan, or a changed version of it, is now in the system, whole."""

    plan_id: str
    title: str
    version: int
    checksum: str
    actions: list[ActionSummary]
    activities: int
    risks: int
    estimated: Money | None = Field(default=None, description="Sum of the action budgets; null when none is known.")
    approved: bool = False


@event("plan.approved", 1, subject="plan_id", sent_when="An approver approved one version of a plan.")
class PlanApprovedV1(Event):
    """A plan version is approved: the public pages may show it."""

    plan_id: str
    version: int
    approved_by: str
    approved_at: AwareDatetime


@event(
    "need.changed",
    1,
    subject="activity_id",
    sent_when="A plan was imported, or an activity's cost, commitments, timing or existence changed.",
)
class NeedChangedV1(Event):
    """What one activity still needs: money, by when, where, and for which themes."""

    activity_id: str
    number: str
    title: str
    title_sl: str | None = Field(default=None, description="The title in Slovenian, where there is one.")
    plan_id: str
    plan_version: int
    action_number: str
    action_title: str
    action_title_sl: str | None = None
    estimated: Money | None = Field(default=None, description="Null when the plan gives no cost: unknown, not zero.")
    committed: Money | None = Field(default=None, description="Sum of commitments heard so far; null when none.")
    themes: list[str] = []
    territory: str = Field(default="SI", description="Territory code the activity takes place in.")
    timing: Timing = Timing()
    responsible: list[str] = []
    funding: str | None = Field(default=None, description="The plan's own words on where the money may come from.")
    description: str | None = None
    removed: bool = Field(default=False, description="True when a newer plan version no longer has the activity.")
    because: Code = Field(default="imported", description="Known: imported, committed, edited, removed.")


@event("activity.status_changed", 1, subject="activity_id", sent_when="An editor set an activity's stage.")
class ActivityStatusChangedV1(Event):
    """An activity moved to another stage."""

    activity_id: str
    number: str
    title: str
    action_number: str
    before: str
    after: str
    note: str | None = None
    changed_by: str


@event(
    "activity.overdue",
    1,
    subject="activity_id",
    sent_when="The last day of an activity's promised date has passed and it is not there yet: once for each date.",
)
class ActivityOverdueV1(Event):
    """An activity should be finished by now, or running, and is not."""

    activity_id: str
    number: str = Field(description="The activity's number in the plan, such as 2.1.1.")
    title: str
    title_sl: str | None = Field(default=None, description="The title in Slovenian, where there is one.")
    plan_id: str
    action_number: str
    due: PartialDate = Field(
        description="The promised date, as exactly as the plan gives it: '2028' passed on 2029-01-01."
    )
    launch: bool = Field(default=False, description="True when the date is the launch of what then goes on.")
    stage: Code = Field(description="Known: not_started, in_preparation, under_way, on_hold.")
    responsible: list[str] = []
