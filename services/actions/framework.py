"""How a plan is carried out: governance, funding plan, risk register, monitoring indicators and timetable."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import Field, model_validator

from services.actions.stated import Count, Part, StatedDate, StatedMoney, StatedTiming, Statement, Text

SourceKind = Literal["municipal", "regional_national", "eu", "private", "public_private"]
RiskCategory = Literal["operational", "legal", "financial", "staffing", "behavioural"]
RiskLevel = Literal["low", "medium", "high"]
Duty = Literal["ulg_meeting", "report_to_administration", "risk_review", "funding_strategy_update"]


class Cadence(Part):
    """How many times a year a body does its duty, in one statement of the plan."""

    duty: Duty
    times_a_year: Count
    up_to: Count | None = None
    at_least: bool = False
    phrase: Text
    section: Text


class GovernanceLevel(Part):
    """One level of governance: who decides, who carries out, who is heard."""

    level: Literal["strategic", "implementation", "participatory"]
    body: Text
    body_sl: Text
    members: list[Text] = Field(default=[], description="Empty when the plan names none.")
    works_with: list[Text] = []
    duties: list[Text] = Field(min_length=1)
    cadence: list[Cadence] = []


class FundingSource(Part):
    """One class of money the plan counts on."""

    kind: SourceKind
    description: Text
    programmes: list[Text] = []


class ActionFunding(Part):
    """One row of the funding plan: an action's budget, resources and timing as stated there."""

    action: Text
    budget: StatedMoney | None = None
    resources: list[Text] = Field(min_length=1)
    timing: list[StatedTiming] = Field(min_length=1)


class LivingStrategy(Part):
    """The funding strategy document a body keeps up to date, and what it must cover."""

    kept_by: Text
    consulted: list[Text] = []
    topics: list[Text] = Field(min_length=1)


class FundingPlan(Part):
    """Where the money is to come from."""

    sources: list[FundingSource] = Field(min_length=1)
    actions: list[ActionFunding]
    living_strategy: LivingStrategy


class RiskMatrix(Part):
    """From which product of likelihood and impact (1 to 5 each) a risk is of medium, and of high level."""

    medium_from: Count = 5
    high_from: Count = 10

    @model_validator(mode="after")
    def _rises(self) -> Self:
        if not 1 < self.medium_from < self.high_from <= 25:
            raise ValueError(
                f"medium begins at {self.medium_from} and high at {self.high_from}; they rise and lie within 2 and 25"
            )
        return self

    def level_of(self, score: int) -> RiskLevel:
        return "high" if score >= self.high_from else "medium" if score >= self.medium_from else "low"


class Risk(Part):
    """One risk of the register, with the level the plan gives it (not scored by likelihood and impact)."""

    number: Text
    description: Text
    description_sl: Text
    category: RiskCategory
    level: RiskLevel
    mitigation: list[Text] = Field(min_length=1)


class Cell(Part):
    """One cell of the indicator table. No statements and not ongoing: the plan leaves it blank."""

    date: StatedDate
    statements: list[Statement] = []
    ongoing: bool = False

    @property
    def blank(self) -> bool:
        return not self.statements and not self.ongoing


class Indicator(Part):
    """One row of the monitoring table: an objective's milestone, its baseline and its dated targets."""

    objective: Text
    milestone: Text
    milestone_sl: Text
    baseline: Cell
    targets: list[Cell] = Field(min_length=1)


class TimetableRow(Part):
    """From when to when an action runs, as the timetable draws it."""

    action: Text
    start: StatedDate
    end: StatedDate

    @model_validator(mode="after")
    def _ends_after_start(self) -> Self:
        if self.end.last_day() < self.start.first_day():
            raise ValueError(f"it ends ({self.end.value}) before it starts ({self.start.value}); swap or correct them")
        return self
