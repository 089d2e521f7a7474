"""What the actions service says: plans, the needs of their activities, and progress."""

from __future__ import annotations

from pydantic import AwareDatetime, Field

from contracts.registry import Event, event
from contracts.values import Code, LocalText, Money, PartialDate, Timing, Value


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


class RiskScore(Value):
    """Likelihood times impact."""

    likelihood: int = Field(ge=1, le=5, description="From 1, hardly to be expected, to 5, all but certain.")
    impact: int = Field(ge=1, le=5, description="From 1, hardly to be felt, to 5, the plan cannot be carried out.")
    score: int = Field(description="The product of the two, 1 to 25.")


class RiskRating(Value):
    """How grave a risk is. A level without scores is the one the plan states: nobody scored it."""

    level: Code = Field(description="Known: low, medium, high; of what remains after measures, where that is scored.")
    inherent: RiskScore | None = Field(default=None, description="Before any measure; null when not scored.")
    residual: RiskScore | None = Field(default=None, description="What remains after measures; null when not scored.")


class RiskFacts(Event):
    """What every event of a risk says of it."""

    risk_id: str = Field(description="Id of the risk: the plan's id and the risk's number.")
    number: str = Field(description="The risk's number in the plan's register, such as R3.")
    title: LocalText = Field(description="What may happen.")
    plan_id: str
    category: Code = Field(description="Known: operational, legal, financial, staffing, behavioural.")
    owner: str | None = Field(default=None, description="Who answers for it, a person or a department; or null.")
    reviewed_by: LocalText | None = Field(default=None, description="The body that reviews it by the plan.")


@event("risk.reviewed", 1, subject="risk_id", sent_when="A review of a risk was recorded, also one without a change.")
class RiskReviewedV1(RiskFacts):
    """A risk was reviewed: how grave it was held to be before, and is now."""

    before: RiskRating = Field(description="The rating before the review.")
    after: RiskRating = Field(description="The rating as the review left it.")
    state: Code = Field(description="Known: open, occurred, closed.")
    findings: str = Field(description="What the review found.")
    measures: list[str] = Field(default=[], description="What is done about it beyond the plan's own measures.")
    reviewed_on: PartialDate = Field(description="The day of the review.")
    recorded_by: str = Field(description="Who recorded it: the name the person signs in with.")
    next_review: PartialDate | None = Field(default=None, description="By when it is reviewed again; null when closed.")


@event(
    "risk.review_due",
    1,
    subject="risk_id",
    sent_when="A risk's next review is two weeks away or nearer, or past: once for each date.",
)
class RiskReviewDueV1(RiskFacts):
    """A risk is to be reviewed soon, or should have been."""

    due: PartialDate = Field(description="By when it is to be reviewed.")
    rating: RiskRating = Field(description="How grave it is held to be.")
    last_reviewed_on: PartialDate | None = Field(default=None, description="Null when it was never reviewed.")


class DecidedActivity(Value):
    """An activity that a decision concerns."""

    activity_id: str
    number: str = Field(description="The activity's number in the plan, such as 2.1.1.")
    title: LocalText
    action_number: str
    responsible: list[str] = []


@event("decision.recorded", 1, subject="decision_id", sent_when="What a body of the plan decided was recorded.")
class DecisionRecordedV1(Event):
    """A body that governs the plan decided something."""

    decision_id: str = Field(description="Id of the decision.")
    plan_id: str
    body: LocalText = Field(description="The body that decided.")
    decided_on: PartialDate = Field(description="When it decided.")
    title: str = Field(description="What it is about, in one line.")
    text: str = Field(description="What was decided, in the words recorded.")
    reference: str | None = Field(default=None, description="The number of the resolution or of the minutes.")
    activities: list[DecidedActivity] = Field(default=[], description="Empty when it concerns the plan as a whole.")
    recorded_by: str = Field(description="Who recorded it: the name the person signs in with.")
